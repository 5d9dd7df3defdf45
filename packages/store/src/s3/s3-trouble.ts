import { messageOf } from '@s3sched/kernel'
import { parseHttpDate } from '../remote/http-date.ts'
import { parseRetryAfter, present, textOf, type Trouble } from '../remote/trouble.ts'

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
