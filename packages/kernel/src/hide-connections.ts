import { redactConnection } from './redact-connection.ts'

/**
 * No error and no description shows a connection string with its secrets, wherever it came from: an option that was written in the
 * wrong place, a job's schedule, a name. Each function here guesses on the careful side: rather too much is hidden than a part of a secret shown.
 */

/** `s3://`, and what a slip of the finger makes of it. Bounded, so that no text takes long. */
const SCHEME = '[A-Za-z][A-Za-z0-9+.-]{0,31}(?::/{1,2}|//)'
const STARTS_LIKE_ONE = new RegExp(`^\\s*${SCHEME}`)
const IN_TEXT = new RegExp(`${SCHEME}\\S+`, 'g')
/** Credentials without a scheme before them. */
const CREDENTIALS = /^\s*[^\s@:]+:\S.*@\S+\s*$/s
/** The end of a sentence or of a quotation, behind a connection. */
const PUNCTUATION = '\'"`.,:;)]}'
const TOKEN = /(sessionToken=)[^&\s'"`]+/gi
/** A field whose name says that it is secret, as `inspect` shows it: of a `URL`, of credentials, of a client. */
const SECRET_FIELD = /(\w{0,32}(?:password|secret|token)\w{0,32}'?: )(['"`])(?:\\.|(?!\2)[^\\])*(?:\2|$)/gis
const LITERAL = /(['"`])((?:\\.|(?!\1)[^\\])*)(?:\1|$)/gs

/** The part of a value that is read. A longer connection string is hidden whole. */
export const LONGEST_READ = 4096

/** A whole value that a user gave: an option, a name, an argument. */
export function hideConnections(value: string): string {
  if (value.length > LONGEST_READ) return STARTS_LIKE_ONE.test(value) ? '***' : hideInText(value.slice(0, LONGEST_READ))
  return STARTS_LIKE_ONE.test(value) || CREDENTIALS.test(value) ? redactConnection(value.trim()) : hideInText(value)
}

/** A text in which connection strings may stand. */
export function hideInText(text: string): string {
  if (!text.includes('//') && !text.includes(':/') && !/sessionToken=/i.test(text)) return text
  return text.replaceAll(TOKEN, '$1***').replaceAll(IN_TEXT, (found) => {
    let end = found.length
    while (PUNCTUATION.includes(found.charAt(end - 1))) end--
    return `${redactConnection(found.slice(0, end))}${found.slice(end)}`
  })
}

/** The text that `inspect` made of an object. */
export function hideInInspected(text: string): string {
  const fields = text.replaceAll(SECRET_FIELD, '$1***')
  return hideInText(
    fields.replaceAll(LITERAL, (_, quote: string, value: string) => `${quote}${hideConnections(value)}${quote}`),
  )
}

const DEEPEST = 4

/** Plain data with its texts hidden as {@link hideInText} does. Everything that is no plain data is kept as it is. */
export function hideInData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return STARTS_LIKE_ONE.test(value) ? hideConnections(value) : hideInText(value)
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return value
  if (Array.isArray(value)) return value.map((item) => hideInData(item, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, hideInData(field, depth + 1)]))
}
