import { redactConnection } from '@s3sched/store'

/** Shorter secrets would be found in half of all words. */
const SHORTEST = 4

/** The text without the secrets of a connection string. */
export function hideSecrets(text: string, connection: string | undefined): string {
  if (connection === undefined) return text
  let hidden = text.replaceAll(connection, redactConnection(connection))
  for (const secret of secretsOf(connection)) hidden = hidden.replaceAll(secret, '***')
  return hidden
}

function secretsOf(connection: string): string[] {
  const [, user = ''] = /^[^:]*:\/\/(.*)@/s.exec(connection) ?? []
  const colon = user.indexOf(':')
  const [, token = ''] = /[?&]sessionToken=([^&]*)/.exec(connection) ?? []
  const raw = [colon < 0 ? user : user.slice(colon + 1), token]
  return [...raw, ...raw.map(decoded)].filter((secret) => secret.length >= SHORTEST)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
