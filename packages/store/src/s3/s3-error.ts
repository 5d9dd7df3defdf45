import { StoreError, type StoreErrorCode } from '../store-error.ts'
import type { Trouble } from './s3-trouble.ts'

interface Meaning {
  readonly code: StoreErrorCode
  readonly retriable?: boolean
  /** What to do. */
  readonly suggestion: string
}

const CREDENTIALS: Meaning = { code: 'CREDENTIALS', suggestion: 'Check the key, its secret and the session token' }
const EXPIRED: Meaning = { code: 'CREDENTIALS', suggestion: 'Renew the credentials; the session token is over' }
const DENIED: Meaning = {
  code: 'ACCESS_DENIED',
  suggestion: 'Grant s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on the bucket and its prefix',
}
const THROTTLED: Meaning = {
  code: 'THROTTLED',
  retriable: true,
  suggestion: 'Try later; if it lasts, raise the limit of the account or the server, or use fewer instances',
}
const UNAVAILABLE: Meaning = {
  code: 'UNAVAILABLE',
  retriable: true,
  suggestion: "Try later; if it lasts, look at the server's own state and log",
}
const NETWORK: Meaning = {
  code: 'NETWORK',
  retriable: true,
  suggestion: 'Try later; if it lasts, check the network between here and the endpoint, proxies included',
}
const UNREACHABLE: Meaning = {
  ...NETWORK,
  suggestion: 'Check the endpoint, and that its server runs and can be reached from here',
}
const NO_SPACE: Meaning = { code: 'NO_SPACE', suggestion: 'Free space at the server, or raise the quota' }
const WRONG_PLACE: Meaning = {
  code: 'INVALID_CONNECTION',
  suggestion: "Set the region and the endpoint of the bucket: '?region=…', and '&endpoint=…' outside of AWS",
}
const NO_REGION: Meaning = {
  code: 'INVALID_CONNECTION',
  suggestion:
    "Set the region of the bucket by '?region=…', AWS_REGION or the profile; outside of AWS, set the endpoint",
}
const TOO_LARGE: Meaning = { code: 'TOO_LARGE', suggestion: "Store less in the object, or raise the server's limit" }
const BAD_KEY: Meaning = {
  code: 'INVALID_KEY',
  suggestion: 'This server takes no such key; choose a shorter or plainer one',
}
const NOT_S3: Meaning = {
  code: 'CORRUPT',
  suggestion: 'The endpoint does not answer as S3 does; check its host and port',
}
const UNEXPECTED: Meaning = {
  code: 'UNEXPECTED',
  suggestion: "Look the server's answer up in its documentation or log",
}
const UNSUPPORTED: Meaning = { code: 'UNSUPPORTED', suggestion: 'Use a server that the README lists as right' }
const SKEWED: Meaning = {
  code: 'CLOCK_SKEW',
  // The SDK takes the server's time from this very answer, and signs the next request by the server's time.
  retriable: true,
  suggestion: "Set this machine's clock; it is too far from the server's",
}

/**
 * Exact codes of the service and the system. A code is checked before the status, because an error may come with status
 * 200.
 */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  UnrecognizedClientException: CREDENTIALS,
  CredentialsProviderError: {
    code: 'CREDENTIALS',
    suggestion: 'Put them into the connection string, the environment or a profile',
  },
  TokenProviderError: EXPIRED,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  AllAccessDisabled: DENIED,
  AccountProblem: DENIED,
  NoSuchBucket: {
    code: 'NOT_FOUND',
    suggestion: 'Create the bucket, which is never made on the way; or check its name and the endpoint',
  },
  InvalidBucketName: { code: 'NOT_FOUND', suggestion: 'No bucket can have this name; check it' },
  PermanentRedirect: WRONG_PLACE,
  TemporaryRedirect: UNAVAILABLE,
  AuthorizationHeaderMalformed: WRONG_PLACE,
  IllegalLocationConstraintException: WRONG_PLACE,
  RequestTimeTooSkewed: SKEWED,
  RequestExpired: SKEWED,
  RequestInTheFuture: SKEWED,
  SlowDown: THROTTLED,
  SlowDownRead: THROTTLED,
  SlowDownWrite: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  ThrottledException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  BandwidthLimitExceeded: THROTTLED,
  TooManyRequests: THROTTLED,
  TooManyRequestsException: THROTTLED,
  InternalError: UNAVAILABLE,
  ServiceUnavailable: UNAVAILABLE,
  RequestTimeout: UNAVAILABLE,
  OperationAborted: UNAVAILABLE,
  ConditionalRequestConflict: UNAVAILABLE,
  XMinioServerNotInitialized: UNAVAILABLE,
  XMinioStorageFull: NO_SPACE,
  QuotaExceeded: NO_SPACE,
  InsufficientStorage: NO_SPACE,
  EntityTooLarge: TOO_LARGE,
  KeyTooLongError: BAD_KEY,
  XMinioInvalidObjectName: BAD_KEY,
  NotImplemented: UNSUPPORTED,
  MethodNotAllowed: UNSUPPORTED,
  MissingContentLength: {
    code: 'UNSUPPORTED',
    suggestion: "The server takes no checksum trailers: set requestChecksumCalculation to 'WHEN_REQUIRED'",
  },
  TimeoutError: { ...NETWORK, code: 'TIMEOUT' },
  EPROTO: { code: 'TLS', suggestion: 'Check that the endpoint speaks https; without TLS, write http://' },
  SyntaxError: NOT_S3,
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: WRONG_PLACE,
  307: UNAVAILABLE,
  308: WRONG_PLACE,
  401: CREDENTIALS,
  403: DENIED,
  405: UNSUPPORTED,
  408: UNAVAILABLE,
  409: UNAVAILABLE,
  411: { code: 'UNSUPPORTED', suggestion: "Set requestChecksumCalculation to 'WHEN_REQUIRED'" },
  413: TOO_LARGE,
  429: THROTTLED,
  501: UNSUPPORTED,
  507: NO_SPACE,
}

const TLS_CODE = /CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|UNABLE_TO_VERIFY|^HOSTNAME_MISMATCH$/
const UNREACHABLE_CODE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
const UNREADABLE_ANSWER = /XML parse error|Deserialization error/
/** The SDK's advice for its own users, behind the message of the server. */
const SDK_ADVICE = /\s*Deserialization error: to see the raw response[\s\S]*$/
const NETWORK_CODE =
  /^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOST|ENET|EADDR|ETIMEDOUT|EDNS|UND_ERR_|ERR_STREAM_PREMATURE_CLOSE|ABORT_ERR|AbortError)/

/** The code of s3sched for an error of the SDK. */
export function meaningOf({ name, status, message }: Trouble): Meaning {
  const named = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined
  if (named !== undefined) return named
  if (TLS_CODE.test(name)) {
    return { code: 'TLS', suggestion: 'Give Node the authority of the certificate by NODE_EXTRA_CA_CERTS' }
  }
  if (UNREACHABLE_CODE.test(name)) return UNREACHABLE
  if (NETWORK_CODE.test(name) || /socket hang up|^aborted$/.test(message)) return NETWORK
  if (message.startsWith('Region is missing')) return NO_REGION
  // Another server's page in HTML, with any status below 500.
  if (UNREADABLE_ANSWER.test(message) && (status ?? 0) < 500) return NOT_S3
  if (status === undefined) return UNEXPECTED
  return BY_STATUS[status] ?? (status >= 500 ? UNAVAILABLE : UNEXPECTED)
}

/**
 * @param doing - the failed action, such as `PUT "leader.json" in s3://bucket`
 * @param scrub - takes known secrets out of a text
 */
export function toStoreError(trouble: Trouble, doing: string, scrub: (text: string) => string): StoreError {
  const meaning = meaningOf(trouble)
  const { code, retriable = false } = meaning
  const { name, status, requestId, region, retryAfterMs } = trouble
  const answer = [status, name].filter((part) => part !== undefined).join(' ')
  const message = scrub(trouble.message)
    .replace(SDK_ADVICE, '')
    .trim()
    .replace(/[.:]+$/, '')
  const isElsewhere = code === 'INVALID_CONNECTION' && region !== undefined
  return new StoreError(`${doing}: ${answer}: ${message}`, {
    code,
    retriable,
    context: { name, status, requestId, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    suggestion: isElsewhere ? `Set its region to '${region}'` : meaning.suggestion,
    ...(code === 'UNEXPECTED' ? { cause: copyOf(trouble, scrub) } : {}),
  })
}

/** The SDK's own error would carry the headers of the request. */
function copyOf({ name, message, stack = '' }: Trouble, scrub: (text: string) => string): Error {
  return Object.assign(new Error(scrub(message)), { name, stack: scrub(stack) })
}
