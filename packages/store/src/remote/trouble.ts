import { parseHttpDate } from './http-date.ts'

/**
 * The useful parts of any error from a call of a client: an error of the service, of the network, of the credentials or
 * of the client itself. The client's own error object is not kept, because the object holds the request with its
 * headers, and so the secrets.
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

/** A non-empty text, or nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The field, if there is a value: `Trouble` has no undefined fields. */
export function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}

/** Seconds, or a date. */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  if (header === undefined || header === null) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000
  const until = parseHttpDate(header)
  return until === undefined ? undefined : Math.max(0, until - now)
}
