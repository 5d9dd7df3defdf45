import { messageOf } from '@s3sched/kernel'
import { parseHttpDate } from '../remote/http-date.ts'
import {
  BAD_KEY,
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
import { parseRetryAfter, present, textOf, type Trouble } from '../remote/trouble.ts'

/** The used part of a `RestError` of the SDK. The error itself holds the request, and so the signature. */
interface SdkError {
  readonly name?: unknown
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly details?: { readonly errorCode?: unknown }
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
  readonly cause?: unknown
}

/** @param now - the wall clock, for a Retry-After that is a date */
export function readAzureTrouble(thrown: unknown, now: number): Trouble {
  const error: SdkError = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const header = (name: string): string | undefined => error.response?.headers?.get(name)
  const status = typeof error.statusCode === 'number' ? error.statusCode : undefined
  const name = header('x-ms-error-code') ?? textOf(error.details?.errorCode) ?? nameOf(error)
  return {
    name,
    // The message of the server is several lines of text with an id and a time.
    message: messageOf(thrown).split('\n')[0] ?? '',
    ...present('stack', thrown instanceof Error ? thrown.stack : undefined),
    ...present('status', status),
    ...present('requestId', header('x-ms-request-id')),
    // The client makes one attempt. An error without an answer leaves the fate of its request open.
    ...present('attempts', status === undefined ? undefined : 1),
    ...present('retryAfterMs', parseRetryAfter(header('retry-after'), now)),
    ...present('serverTime', parseHttpDate(header('date'))),
  }
}

function nameOf({ cause, code, name }: SdkError): string {
  const system = (cause as { readonly code?: unknown } | undefined)?.code
  const said = textOf(code)
  // `REQUEST_SEND_ERROR` and `PARSE_ERROR` say less than the system's code.
  if (said !== undefined && /^[A-Z_]+_ERROR$/.test(said)) return textOf(system) ?? said
  return said ?? textOf(name) ?? 'Unknown'
}

const CREDENTIALS: Meaning = {
  code: 'CREDENTIALS',
  suggestion: 'Check the key of the account or the signature, or the identity of the default chain',
}
const DENIED: Meaning = {
  code: 'ACCESS_DENIED',
  suggestion: "Give the identity the role 'Storage Blob Data Contributor' on the container",
}
const NO_CONTAINER: Meaning = {
  code: 'NOT_FOUND',
  suggestion: 'Create the container, which is never made on the way; or check its name and the account',
}
const IMMUTABLE: Meaning = {
  code: 'UNSUPPORTED',
  suggestion: 'Take the immutability policy or the legal hold from the container: its objects must be replaced',
}

const BY_NAME: Readonly<Record<string, Meaning>> = {
  AuthenticationFailed: CREDENTIALS,
  InvalidAuthenticationInfo: CREDENTIALS,
  NoAuthenticationInformation: CREDENTIALS,
  CredentialUnavailableError: CREDENTIALS,
  AggregateAuthenticationError: CREDENTIALS,
  AuthenticationError: CREDENTIALS,
  AuthenticationRequiredError: CREDENTIALS,
  AuthorizationFailure: DENIED,
  AuthorizationPermissionMismatch: DENIED,
  AuthorizationProtocolMismatch: DENIED,
  AuthorizationResourceTypeMismatch: DENIED,
  AuthorizationServiceMismatch: DENIED,
  AuthorizationSourceIPMismatch: DENIED,
  InsufficientAccountPermissions: DENIED,
  AccountIsDisabled: DENIED,
  KeyBasedAuthenticationNotPermitted: {
    code: 'ACCESS_DENIED',
    suggestion: 'The account forbids keys: leave the key out, and use an identity of the default chain',
  },
  ContainerNotFound: NO_CONTAINER,
  ContainerBeingDeleted: UNAVAILABLE,
  ContainerDisabled: NO_CONTAINER,
  BlobImmutableDueToPolicy: IMMUTABLE,
  BlobImmutableDueToLegalHold: IMMUTABLE,
  ServerBusy: THROTTLED,
  OperationTimedOut: UNAVAILABLE,
  InternalError: UNAVAILABLE,
  RequestBodyTooLarge: TOO_LARGE,
  InvalidResourceName: BAD_KEY,
  InvalidUri: BAD_KEY,
  InsufficientStorage: NO_SPACE,
  UnsupportedHttpVerb: UNSUPPORTED,
  UnsupportedHeader: UNSUPPORTED,
  REQUEST_SEND_ERROR: NETWORK,
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: CREDENTIALS,
  403: DENIED,
  408: UNAVAILABLE,
  413: TOO_LARGE,
  429: THROTTLED,
  501: UNSUPPORTED,
}

/** The code of s3sched for an error of the SDK. */
export function azureMeaningOf(trouble: Trouble): Meaning {
  const { message, status } = trouble
  // An emulator without TLS, and no key: the SDK sends tokens by https alone.
  if (message.includes('Bearer token authentication is not permitted')) return CREDENTIALS
  const known = meaningByName(BY_NAME, trouble)
  if (known !== undefined) return known
  if (status === undefined) return UNEXPECTED
  return meaningByStatus(BY_STATUS, status)
}
