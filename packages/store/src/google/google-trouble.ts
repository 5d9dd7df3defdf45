import { messageOf } from '@s3sched/kernel'
import {
  BAD_KEY,
  NETWORK,
  meaningByName,
  meaningByStatus,
  THROTTLED,
  TOO_LARGE,
  UNAVAILABLE,
  UNEXPECTED,
  UNSUPPORTED,
  type Meaning,
} from '../remote/meaning.ts'
import { parseRetryAfter, present, textOf, type Trouble } from '../remote/trouble.ts'
import { GoogleAnswer, serverTimeOf } from './google-answer.ts'

/** @param now - the wall clock, for a Retry-After that is a date */
export function readGoogleTrouble(thrown: unknown, now: number): Trouble {
  const stack = present('stack', thrown instanceof Error ? thrown.stack : undefined)
  if (!(thrown instanceof GoogleAnswer)) return { name: nameOf(thrown), message: messageOf(thrown), ...stack }
  const { headers, message, reason, status } = thrown
  return {
    name: reason === '' ? `Status${status}` : reason,
    message,
    ...stack,
    status,
    attempts: 1,
    ...present('requestId', headers.get('x-guploader-uploadid') ?? undefined),
    ...present('retryAfterMs', parseRetryAfter(headers.get('retry-after'), now)),
    ...present('serverTime', serverTimeOf(thrown)),
  }
}

/** `fetch` throws a TypeError, and the system's code is in its cause, or in one of several causes. */
function nameOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'Unknown'
  const { cause, code, errors, name } = thrown as {
    readonly [field in 'cause' | 'code' | 'name']?: unknown
  } & { readonly errors?: readonly unknown[] }
  const inner = cause ?? errors?.[0]
  return textOf(code) ?? (inner === undefined ? (textOf(name) ?? 'Unknown') : nameOf(inner))
}

const CREDENTIALS: Meaning = {
  code: 'CREDENTIALS',
  suggestion:
    'Set GOOGLE_APPLICATION_CREDENTIALS, run `gcloud auth application-default login`, or give the machine an identity',
}
const DENIED: Meaning = {
  code: 'ACCESS_DENIED',
  suggestion: "Give the identity the role 'Storage Object User' on the bucket",
}
const RETAINED: Meaning = {
  code: 'UNSUPPORTED',
  suggestion: 'Take the retention policy or the hold from the bucket: its objects must be replaced',
}

const BY_NAME: Readonly<Record<string, Meaning>> = {
  authError: CREDENTIALS,
  required: CREDENTIALS,
  forbidden: DENIED,
  insufficientPermissions: DENIED,
  accountDisabled: DENIED,
  rateLimitExceeded: THROTTLED,
  userRateLimitExceeded: THROTTLED,
  backendError: UNAVAILABLE,
  internalError: UNAVAILABLE,
  retentionPolicyNotMet: RETAINED,
  objectUnderActiveHold: RETAINED,
  uploadTooLarge: TOO_LARGE,
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  400: BAD_KEY,
  401: CREDENTIALS,
  403: DENIED,
  404: {
    code: 'NOT_FOUND',
    suggestion: 'Create the bucket, which is never made on the way; or check its name and the endpoint',
  },
  408: UNAVAILABLE,
  409: UNAVAILABLE,
  413: TOO_LARGE,
  429: THROTTLED,
  501: UNSUPPORTED,
}

/** Messages of google-auth-library, which has no codes. */
const NO_IDENTITY = /default credentials|invalid_grant|unauthorized_client|Could not refresh access token|reauth/i

/** The code of s3sched for an error of the service, of the network or of the identity. */
export function googleMeaningOf(trouble: Trouble): Meaning {
  const { message, name, status } = trouble
  const known = meaningByName(BY_NAME, trouble)
  if (known !== undefined) return known
  if (status === undefined) {
    if (NO_IDENTITY.test(message)) return CREDENTIALS
    return name === 'TypeError' && /^(fetch failed|terminated)$/.test(message) ? NETWORK : UNEXPECTED
  }
  return meaningByStatus(BY_STATUS, status)
}
