import { createHmac } from 'node:crypto'
import { redirectOf, type Clock } from '@s3sched/kernel'
import type { Alert } from './alert.ts'
import type { AlertTarget } from './alert-rules.ts'

/** The part of `fetch` that is used. */
export type Post = (url: string, init: PostInit) => Promise<PostAnswer>

/** The used part of an answer. */
export interface PostAnswer {
  readonly ok: boolean
  readonly status: number
  readonly headers?: {
    /** The value of a header, by its name in any case. */
    get(name: string): string | null
  }
}

/** The request of a delivery or of a ping. */
export interface PostInit {
  readonly method: 'POST' | 'GET'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** A redirected POST would arrive as a GET without the alert, and would be answered with a success. */
  readonly redirect: 'manual' | 'follow'
  readonly signal: AbortSignal
}

/** The surroundings of a delivery. */
export interface DeliveryDeps {
  readonly post: Post
  readonly clock: Clock
}

/** The time for an answer, in ms. */
const PATIENCE_MS = 10_000

/** Hands an alert to a target. @throws where the target does not take it */
export async function deliver(
  deps: DeliveryDeps,
  alert: Alert,
  target: AlertTarget,
  signal: AbortSignal,
): Promise<void> {
  if (typeof target === 'function') {
    return orAbort(target, alert, signal)
  }
  const json = { 'content-type': 'application/json', 'idempotency-key': alert.id }
  if ('slack' in target) {
    const text = `${MARKS[alert.kind] ?? ':warning:'} ${escapeSlack(alert.message)} (${escapeSlack(alert.store)})`
    return send(deps, target.slack, { method: 'POST', headers: json, body: JSON.stringify({ text }) }, signal)
  }
  const { secret, webhook } = target
  const body = JSON.stringify(alert)
  const timestamp = String(Math.floor(deps.clock.now() / 1000))
  const headers = {
    ...json,
    'webhook-id': alert.id,
    'webhook-timestamp': timestamp,
    ...(secret === undefined ? {} : { 'webhook-signature': signatureOf(secret, `${alert.id}.${timestamp}.${body}`) }),
  }
  return send(deps, webhook, { method: 'POST', headers, body }, signal)
}

/** An application's function may never end, and must not hold up the stop of the scheduler. */
function orAbort(target: (alert: Alert) => unknown, alert: Alert, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', giveUp, { once: true })
    hand(target, alert)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp))
  })
}

async function hand(target: (alert: Alert) => unknown, alert: Alert): Promise<void> {
  await target(alert)
}

/** One request, with an answer in time. @throws for another answer than 2xx */
export async function send(
  { clock, post }: DeliveryDeps,
  url: string,
  init: Omit<PostInit, 'redirect' | 'signal'>,
  signal: AbortSignal,
): Promise<void> {
  const end = new AbortController()
  const late = clock
    .sleep(PATIENCE_MS, end.signal)
    .then(() => Promise.reject(new Error(`no answer in ${PATIENCE_MS / 1000} s`)))
  late.catch(() => undefined) // told by the race below, or too late to matter
  const giveUp = (): void => end.abort()
  signal.addEventListener('abort', giveUp)
  try {
    const redirect = init.method === 'POST' ? 'manual' : 'follow'
    const answer = await Promise.race([post(url, { ...init, redirect, signal: end.signal }), late])
    if (!answer.ok) throw new Error(`answered ${answer.status}${elsewhere(answer, url)}`)
  } catch (error) {
    throw reasonOf(error)
  } finally {
    signal.removeEventListener('abort', giveUp)
    end.abort()
  }
}

function elsewhere({ headers, status }: PostAnswer, url: string): string {
  const redirect = redirectOf(status, headers?.get('location'), url)
  return redirect === undefined
    ? ''
    : `, ${redirect}; redirects are not followed, since the alert is for the given address alone: give the final address`
}

/** The error of `fetch` says no more than "fetch failed"; its cause names the reason, an `AggregateError` by its code. */
function reasonOf(error: unknown): unknown {
  const cause: unknown = error instanceof TypeError ? error.cause : undefined
  if (!(cause instanceof Error)) return error
  const { code } = cause as NodeJS.ErrnoException
  return new Error(cause.message === '' ? (code ?? cause.name) : cause.message, { cause: error })
}

/** As in Standard Webhooks: the base64 of an HMAC with SHA-256. A secret `whsec_…` holds its key in base64. */
function signatureOf(secret: string, content: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}

const MARKS: Readonly<Record<string, string>> = { failed: ':red_circle:', recovered: ':large_green_circle:' }

/** The message may hold an error's text, which must not mention people or make links. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
