import { connectionError } from './connection-error.ts'

/**
 * Splits off `key:secret@`. A secret may hold plain slashes, as some AWS secrets do; an `@` in a secret must be
 * encoded. The colon must come before the first slash and not begin a port, so that an `@` in a prefix is not mistaken.
 */
export function splitUser(connection: string, located: string): { user: string | undefined; path: string } {
  const at = located.indexOf('@')
  const slash = located.indexOf('/')
  if (at < 0) return { user: undefined, path: located }
  if (slash >= 0 && slash < at) {
    const colon = located.indexOf(':')
    if (colon < 0 || colon > slash || /^\d+$/.test(located.slice(colon + 1, slash))) {
      return { user: undefined, path: located }
    }
  }
  const path = located.slice(at + 1)
  if (path.includes('@')) {
    throw connectionError(connection, "it holds more than one '@'", 'Write one in the credentials or the prefix as %40')
  }
  return { user: located.slice(0, at), path }
}
