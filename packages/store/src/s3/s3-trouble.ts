import { messageOf } from '@s3sched/kernel'
import { parseHttpDate } from './http-date.ts'

/**
 * The useful parts of any error from a call of the SDK: an error of the service, of the network, of the credentials or
 * of the SDK itself. The SDK's own error object is not kept, because the object holds the request with its headers, and
 * so the session token.
 */
export interface Trouble {
  /** The service's error code, or the name or system code of another error, such as `ECONNRESET`. */
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly status?: number
  readonly requestId?: string
  /** The number of the client's attempts. */
  readonly attempts?: number
  /** The server's Retry-After, in ms. */
  readonly retryAfterMs?: number
  readonly serverTime?: number
  /** The region of the bucket, if the server names another region. */
  readonly region?: string
}

interface SdkError {
  readonly name?: unknown
  readonly Code?: unknown
  readonly code?: unknown
  readonly Region?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number }
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string | undefined>> }
}

/** @param now - the wall clock, for a Retry-After that is a date */
export function readTrouble(thrown: unknown, now: number): Trouble {
  const error: SdkError = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const headers = error.$response?.headers ?? {}
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode
  const region = textOf(error.Region) ?? headers['x-amz-bucket-region']
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now)
  return {
    name: nameOf(error),
    message: messageOf(thrown),
    ...present('stack', thrown instanceof Error ? thrown.stack : undefined),
    ...present('status', status),
    ...present('requestId', error.$metadata?.requestId),
    ...present('attempts', error.$metadata?.attempts),
    ...present('retryAfterMs', retryAfterMs),
    ...present('serverTime', parseHttpDate(headers['date'])),
    ...present('region', region),
  }
}

/**
 * The system's code says more than the name `Error`; a timeout keeps its name, because the code would hide the timeout.
 */
function nameOf(error: SdkError): string {
  const name = textOf(error.name)
  if (name !== undefined && name !== 'Error' && name !== 'AggregateError') return name
  return textOf(error.code) ?? textOf(error.Code) ?? name ?? 'Unknown'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}

/** Seconds, or a date. */
function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000
  const until = parseHttpDate(header)
  return until === undefined ? undefined : Math.max(0, until - now)
}
