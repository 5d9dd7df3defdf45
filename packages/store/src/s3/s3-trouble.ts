import { messageOf } from '@s3sched/kernel'
import { parseHttpDate } from './http-date.ts'

/**
 * What can be learnt from anything that a call of the SDK threw: an error of the service, of the network, of the
 * credentials or of the SDK itself. Nothing of the SDK's own error object is kept, since it holds the request with its
 * headers, and so the session token.
 */
export interface Trouble {
  /** The service's error code, or the name or system code of another error, such as `ECONNRESET`. */
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly status?: number
  readonly requestId?: string
  /** How often the client tried. */
  readonly attempts?: number
  /** How long the server asks to be left alone, in ms. */
  readonly retryAfterMs?: number
  readonly serverTime?: number
  /** The region where the bucket is, if the server says that it is another one. */
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

/** The system's code says more than the name `Error`; a timeout keeps its name, which the code would hide. */
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
