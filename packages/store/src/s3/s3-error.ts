import {
  BAD_KEY,
  errorOf,
  NETWORK,
  meaningByName,
  meaningByStatus,
  NO_SPACE,
  THROTTLED,
  TOO_LARGE,
  UNAVAILABLE,
  UNEXPECTED,
  UNSUPPORTED,
  type Meaning,
} from '../remote/meaning.ts'
import type { Trouble } from '../remote/trouble.ts'
import type { StoreError } from '../store-error.ts'

const CREDENTIALS: Meaning = { code: 'CREDENTIALS', suggestion: 'Check the key, its secret and the session token' }
const EXPIRED: Meaning = { code: 'CREDENTIALS', suggestion: 'Renew the credentials; the session token is over' }
const DENIED: Meaning = {
  code: 'ACCESS_DENIED',
  suggestion: 'Grant s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on the bucket and its prefix',
}
const WRONG_PLACE: Meaning = {
  code: 'INVALID_CONNECTION',
  suggestion: "Set the region and the endpoint of the bucket: '?region=…', and '&endpoint=…' outside of AWS",
}
const NO_REGION: Meaning = {
  code: 'INVALID_CONNECTION',
  suggestion:
    "Set the region of the bucket by '?region=…', AWS_REGION or the profile; outside of AWS, set the endpoint",
}
const NOT_S3: Meaning = {
  code: 'CORRUPT',
  suggestion: 'The endpoint does not answer as S3 does; check its host and port',
}
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
  InvalidObjectState: {
    code: 'UNSUPPORTED',
    suggestion: 'A rule of the bucket has archived the object: restore it, and take this prefix out of the rule',
  },
  KeyTooLongError: BAD_KEY,
  XMinioInvalidObjectName: BAD_KEY,
  NotImplemented: UNSUPPORTED,
  MethodNotAllowed: UNSUPPORTED,
  MissingContentLength: {
    code: 'UNSUPPORTED',
    suggestion: "The server takes no checksum trailers: set requestChecksumCalculation to 'WHEN_REQUIRED'",
  },
  TimeoutError: { ...NETWORK, code: 'TIMEOUT' },
  SyntaxError: NOT_S3,
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: WRONG_PLACE,
  302: NOT_S3,
  303: NOT_S3,
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

const UNREADABLE_ANSWER = /XML parse error|Deserialization error/
/** The SDK's advice for its own users, behind the message of the server. */
const SDK_ADVICE = /\s*Deserialization error: to see the raw response[\s\S]*$/
const SDK_PARSER = /^@aws-sdk XML parse error/
/** The code of s3sched for an error of the SDK. */
export function meaningOf(trouble: Trouble): Meaning {
  const { status, message } = trouble
  const known = meaningByName(BY_NAME, trouble)
  if (known !== undefined) return known
  if (message.startsWith('Region is missing')) return NO_REGION
  // Another server's page in HTML, with any status below 500.
  if (UNREADABLE_ANSWER.test(message) && (status ?? 0) < 500) return NOT_S3
  if (status === undefined) return UNEXPECTED
  return meaningByStatus(BY_STATUS, status)
}

/**
 * @param doing - the failed action, such as `PUT "leader.json" in s3://bucket`
 * @param scrub - takes known secrets out of a text
 */
export function toStoreError(trouble: Trouble, doing: string, scrub: (text: string) => string): StoreError {
  const meaning = meaningOf(trouble)
  const { region } = trouble
  const isElsewhere = meaning.code === 'INVALID_CONNECTION' && region !== undefined
  const advice = isElsewhere ? `Set its region to '${region}'` : meaning.suggestion
  const plain = {
    ...trouble,
    message: trouble.message.replace(SDK_ADVICE, '').replace(SDK_PARSER, 'the answer is not XML'),
  }
  return errorOf(plain, { ...meaning, suggestion: advice }, doing, scrub)
}
