import { StoreError, type StoreErrorCode } from '../store-error.ts'
import type { Trouble } from './trouble.ts'

/** The meaning of a trouble for a caller. */
export interface Meaning {
  readonly code: StoreErrorCode
  readonly retriable?: boolean
  /** What to do. */
  readonly suggestion: string
}

export const THROTTLED: Meaning = {
  code: 'THROTTLED',
  retriable: true,
  suggestion: 'Try later; if it lasts, raise the limit of the account or the server, or use fewer instances',
}
export const UNAVAILABLE: Meaning = {
  code: 'UNAVAILABLE',
  retriable: true,
  suggestion: "Try later; if it lasts, look at the server's own state and log",
}
export const NETWORK: Meaning = {
  code: 'NETWORK',
  retriable: true,
  suggestion: 'Try later; if it lasts, check the network between here and the endpoint, proxies included',
}
const UNREACHABLE: Meaning = {
  ...NETWORK,
  suggestion: 'Check the endpoint, and that its server runs and can be reached from here',
}
export const NO_SPACE: Meaning = { code: 'NO_SPACE', suggestion: 'Free space at the server, or raise the quota' }
export const TOO_LARGE: Meaning = {
  code: 'TOO_LARGE',
  suggestion: "Store less in the object, or raise the server's limit",
}
export const BAD_KEY: Meaning = {
  code: 'INVALID_KEY',
  suggestion: 'This server takes no such key; choose a shorter or plainer one',
}
export const UNEXPECTED: Meaning = {
  code: 'UNEXPECTED',
  suggestion: "Look the server's answer up in its documentation or log",
}
export const UNSUPPORTED: Meaning = { code: 'UNSUPPORTED', suggestion: 'Use a server that the README lists as right' }
const TLS: Meaning = { code: 'TLS', suggestion: 'Give Node the authority of the certificate by NODE_EXTRA_CA_CERTS' }
const NO_TLS: Meaning = {
  code: 'TLS',
  suggestion: 'Check that the endpoint speaks https; without TLS, write http://',
}

const TLS_CODE = /CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|UNABLE_TO_VERIFY|^HOSTNAME_MISMATCH$/
const UNREACHABLE_CODE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
const NETWORK_CODE =
  /^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOST|ENET|EADDR|ETIMEDOUT|EDNS|UND_ERR_|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR|AbortError)/

/** The meaning of a trouble by the service's own names, else by the system's codes; `undefined` for any other trouble. */
export function meaningByName(names: Readonly<Record<string, Meaning>>, trouble: Trouble): Meaning | undefined {
  return (Object.hasOwn(names, trouble.name) ? names[trouble.name] : undefined) ?? networkMeaning(trouble)
}

/** The meaning of an answer with no known name. */
export function meaningByStatus(statuses: Readonly<Record<number, Meaning>>, status: number): Meaning {
  return statuses[status] ?? (status >= 500 ? UNAVAILABLE : UNEXPECTED)
}

/** The meaning of a trouble between here and the server, by its system code. */
function networkMeaning({ name, message }: Trouble): Meaning | undefined {
  if (name === 'EPROTO') return NO_TLS
  if (TLS_CODE.test(name)) return TLS
  if (UNREACHABLE_CODE.test(name)) return UNREACHABLE
  return NETWORK_CODE.test(name) || /socket hang up|^aborted$/.test(message) ? NETWORK : undefined
}

/**
 * @param doing - the failed action, such as `PUT "leader.json" in s3://bucket`
 * @param scrub - takes known secrets out of a text
 */
export function errorOf(
  trouble: Trouble,
  { code, retriable = false, suggestion }: Meaning,
  doing: string,
  scrub: (text: string) => string,
): StoreError {
  const { name, status, requestId, retryAfterMs } = trouble
  const answer = [status, name].filter((part) => part !== undefined).join(' ')
  const message = scrub(trouble.message)
    .trim()
    .replace(/[.:]+$/, '')
  return new StoreError(`${doing}: ${answer}: ${message}`, {
    code,
    retriable,
    suggestion,
    context: { name, status, requestId, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    ...(code === 'UNEXPECTED' ? { cause: copyOf(trouble, scrub) } : {}),
  })
}

/** The client's own error would carry the headers of the request. */
function copyOf({ name, message, stack = '' }: Trouble, scrub: (text: string) => string): Error {
  return Object.assign(new Error(scrub(message)), { name, stack: scrub(stack) })
}
