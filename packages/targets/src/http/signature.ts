import { createHmac, timingSafeEqual } from 'node:crypto'
import { isUint8Array } from 'node:util/types'
import { systemClock, type Clock, isObject, wrongArgument } from '@s3sched/kernel'

/** The headers of Standard Webhooks: the id is the idempotency key, which all attempts of a run share. */
export interface SignatureHeaders {
  readonly 'webhook-id': string
  /** Whole seconds since 1970. */
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

export function signatureHeaders(secret: string, id: string, nowMs: number, body: string): SignatureHeaders {
  const timestamp = String(Math.floor(nowMs / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(secret, id, timestamp, body)}`,
  }
}

function signatureOf(secret: string, id: string, timestamp: string, body: string | Uint8Array): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
}

/** A received request, and the secret of its sender. */
export interface VerifyOptions {
  /** The secret shared with the sender: `whsec_` and base64, or any text. */
  readonly secret: string
  /** The headers of the request; names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The body as received, before any parsing: a text, or the bytes, such as a `Buffer`. */
  readonly body: string | Uint8Array
  /** The largest age of a message, in ms: an old message may be a repetition by a thief. @default 300000 */
  readonly toleranceMs?: number
  /** Tells the age of the signature. @default the system's */
  readonly clock?: Clock
}

/** `stale`: the signature is right, and too old or too far ahead. */
export type WebhookVerdict = 'valid' | 'unsigned' | 'wrong' | 'stale'

/**
 * Checks the signature of a message on the receiver's side.
 *
 * @throws S3SchedError `INVALID_ARGUMENT` for a body that is neither text nor bytes, such as one that was parsed, and for headers
 * that are no object of fields, such as a `Headers` of fetch
 * @example
 * if (verifyWebhook({ secret, headers: request.headers, body }) !== 'valid') return response.writeHead(401).end()
 */
export function verifyWebhook(request: VerifyOptions): WebhookVerdict {
  if (!isRequest(request)) {
    const expected =
      '{ secret, headers, body }, with a Headers of fetch as Object.fromEntries(headers), and the body as received, before any parsing'
    throw wrongArgument('verifyWebhook', expected, request)
  }
  const { body, clock = systemClock, headers, secret, toleranceMs = 300_000 } = request
  const header = (name: string): string | undefined => {
    const found = Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1]
    return typeof found === 'string' ? found : found?.[0]
  }
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header)
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'unsigned'
  const expected = Buffer.from(`v1,${signatureOf(secret, id, timestamp, body)}`)
  // Several signatures, while a secret is replaced.
  const isRight = signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!isRight) return 'wrong'
  return Math.abs(clock.now() - Number(timestamp) * 1000) <= toleranceMs ? 'valid' : 'stale'
}

function isRequest(request: unknown): boolean {
  if (!isObject(request)) return false
  const { body, headers, secret } = request
  return (typeof body === 'string' || isUint8Array(body)) && typeof secret === 'string' && isObject(headers)
}
