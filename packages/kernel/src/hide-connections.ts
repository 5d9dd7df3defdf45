import { redactConnection } from './redact-connection.ts'

/**
 * No error and no description shows the secrets of a connection string, wherever the string came from: an option in the
 * wrong place, a job's schedule, a name. The functions here prefer to hide too much rather than show a part of a
 * secret.
 */

/** `s3://` and its usual misspellings. The pattern is bounded, so that no text takes long. */
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]{0,31}(?::/{1,2}|//)'
const STARTS_LIKE_ONE = new RegExp(`^\\s*${SCHEME}`)
const IN_TEXT = new RegExp(`${SCHEME}\\S+`, 'g')
/** Credentials without a scheme in front. */
const CREDENTIALS = /^\s*[^\s@:]+:\S.*@\S+\s*$/s
/** The end of a sentence or of a quotation, behind a connection. */
const PUNCTUATION = '\'"`.,:;?)]}'
const TOKEN = /((?:sessionToken|sasToken|\bsig)=)[^&\s'"`]+/gi
/**
 * A field with a secret name (password, secret, token) in the output of `inspect`: of a `URL`, of credentials, of a
 * client.
 */
const SECRET_FIELD = /(\w{0,32}(?:password|secret|token)\w{0,32}'?: )(['"`])(?:\\.|(?!\2)[^\\])*(?:\2|$)/gis
const LITERAL = /(['"`])((?:\\.|(?!\1)[^\\])*)(?:\1|$)/gs

/** The number of characters of a value that are read. A longer connection string is hidden whole. */
export const LONGEST_READ = 4096

/** For a whole value from a user: an option, a name, an argument. */
export function hideConnections(value: string): string {
  if (value.length > LONGEST_READ) return STARTS_LIKE_ONE.test(value) ? '***' : hideInText(value.slice(0, LONGEST_READ))
  return STARTS_LIKE_ONE.test(value) || CREDENTIALS.test(value) ? redactConnection(value.trim()) : hideInText(value)
}

/** For a text that may contain connection strings. */
export function hideInText(text: string): string {
  if (!text.includes('//') && !text.includes(':/') && !/(?:sessionToken|sasToken|\bsig)=/i.test(text)) return text
  return text.replaceAll(TOKEN, '$1***').replaceAll(IN_TEXT, (found) => {
    let end = found.length
    while (PUNCTUATION.includes(found.charAt(end - 1))) end--
    return `${redactConnection(found.slice(0, end))}${found.slice(end)}`
  })
}

/** For the output of `inspect`. */
export function hideInInspected(text: string): string {
  const fields = text.replaceAll(SECRET_FIELD, '$1***')
  return hideInText(
    fields.replaceAll(LITERAL, (_, quote: string, value: string) => `${quote}${hideConnections(value)}${quote}`),
  )
}

const DEEPEST = 4

/** For plain data: hides its texts as {@link hideInText} does. Everything but plain data is kept unchanged. */
export function hideInData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return STARTS_LIKE_ONE.test(value) ? hideConnections(value) : hideInText(value)
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return value
  if (Array.isArray(value)) return value.map((item) => hideInData(item, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, hideInData(field, depth + 1)]))
}
