import { describe, onAbortUntil, redirectOf } from '@s3sched/kernel'
import { orAbort } from '../engine/or-abort.ts'
import { reasonOf } from '../reason-of.ts'
import { targetAction, type TargetAction, type TargetContext } from '../target-context.ts'
import { TargetError } from '../target-error.ts'
import { keyOf, messageFor } from '../target-message.ts'
import type { Expected } from './callbacks.ts'
import { resolveHttpOptions, type HttpOptions, type ResolvedHttpOptions } from './http-options.ts'
import { judgeAnswer, judgeLook, type AnswerHead } from './judge-answer.ts'
import { send, type WebAnswer, type WebRequest } from './send.ts'
import { signatureHeaders } from './signature.ts'

/**
 * An action that posts the run to a URL, and follows the work to its end.
 *
 * **The decision.** The receiver decides by its answer: 2xx is done, 202 with a `Location` goes on there, 408, 409, 425,
 * 429, 500, 502, 503 and 504 ask for a later attempt (the job's `retries` decide), any other answer is final. The
 * receiver also decides whether a message counts twice: each attempt of a run carries the same `idempotency-key`, and
 * without a receiver that knows the keys it has seen, a lost answer makes two deliveries out of one run.
 *
 * **A callback.** With `callbacks` the receiver may also tell the end by a POST to the `callback` of the message.
 *
 * **The end of the following.** The run's signal: its timeout, a cancellation, or the lost right to run. The work at the
 * receiver goes on then. A further attempt posts the message again, and a receiver that knows the key answers with the
 * result, or with the same `Location`.
 *
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '0 8 * * *', action: http('https://billing.internal/run', { secret }), retries: 3 }
 */
export function http(url: string | URL, options: HttpOptions = {}): TargetAction {
  const resolved = resolveHttpOptions(options)
  const target = checkUrl(url)
  return targetAction((context) => deliver(target, context, resolved))
}

function checkUrl(url: string | URL): URL {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.username === '') return parsed
  // The message does not show the text: a URL may hold credentials.
  throw new TargetError('http: expected the address of a receiver, http:// or https://, without credentials in it', {
    code: 'REFUSED',
    suggestion: 'Put credentials into `headers`, or use `secret`',
  })
}

async function deliver(url: URL, context: TargetContext, options: ResolvedHttpOptions): Promise<unknown> {
  const { clock } = options
  const message = messageFor(context, options.payload?.(context), options.wait)
  using expected = options.wait === 'done' ? options.callbacks?.expect() : undefined
  const body = JSON.stringify(expected === undefined ? message : { ...message, callback: expected.url })
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': message.idempotencyKey,
    'x-s3sched-job': encodeURIComponent(context.jobName),
    'x-s3sched-tick': context.scheduledTime.toISOString(),
    ...(context.fence === undefined ? {} : { 'x-s3sched-fence': String(context.fence) }),
  }
  const answer = await ask({ url, method: 'POST', headers, body }, context, options)
  const judged = judgeAnswer(headOf(answer), options.wait, clock.now())
  switch (judged.kind) {
    case 'done':
      return resultOf(answer)
    case 'follow':
      return await firstEnd(expected, context.signal, (signal) =>
        follow(locationOf(judged.location, url), judged.afterMs ?? options.pollMs, { ...context, signal }, options),
      )
    case 'later':
      throw errorOf(answer, 'UNAVAILABLE', `${shown(url)} can't take the message now`, judged.afterMs)
    case 'nowhere':
      if (expected !== undefined) return await orAbort(expected.end, context.signal)
      throw errorOf(
        answer,
        'FAILED',
        `${shown(url)} answered 202 without a Location, and there are no callbacks, so the end of the work can't be known`,
      )
    case 'refused':
      throw redirected(answer, url, 'REFUSED') ?? errorOf(answer, 'REFUSED', `${shown(url)} refused the message`)
  }
}

/** The end of the work by a callback or by a look, whichever comes first. */
async function firstEnd(
  expected: Expected | undefined,
  signal: AbortSignal,
  look: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  if (expected === undefined) return look(signal)
  const [looking, over] = [new AbortController(), new AbortController()]
  onAbortUntil(signal, over.signal, () => looking.abort(signal.reason))
  if (signal.aborted) looking.abort(signal.reason)
  try {
    return await Promise.race([expected.end, look(looking.signal)])
  } finally {
    over.abort()
    looking.abort('the end of the work is known')
  }
}

async function follow(
  url: URL,
  firstMs: number,
  context: TargetContext,
  options: ResolvedHttpOptions,
): Promise<unknown> {
  const { clock } = options
  for (let waitMs = firstMs; ;) {
    await clock.sleep(waitMs, context.signal)
    waitMs = options.pollMs
    let answer: WebAnswer
    try {
      answer = await ask({ url, method: 'GET', headers: {}, body: '' }, context, options)
    } catch (error) {
      if (!(error instanceof TargetError)) throw error
      continue // the work was handed over: trouble on the way says nothing about the work
    }
    const judged = judgeLook(headOf(answer), clock.now())
    if (judged.kind === 'done') return resultOf(answer)
    if (judged.kind === 'refused')
      throw redirected(answer, url, 'FAILED') ?? errorOf(answer, 'FAILED', `the work at ${shown(url)} failed`)
    if (judged.kind === 'later') waitMs = judged.afterMs ?? options.pollMs
  }
}

/** @throws the signal's reason; `TargetError` `UNAVAILABLE` without a whole answer */
async function ask(
  request: WebRequest,
  context: TargetContext,
  { clock, headers: more, secret }: ResolvedHttpOptions,
): Promise<WebAnswer> {
  const { body, headers, url } = request
  const { signal } = context
  const signed = secret === undefined ? {} : signatureHeaders(secret, keyOf(context), clock.now(), body)
  try {
    return await send({ ...request, headers: { ...more, ...headers, ...signed } }, signal)
  } catch (thrown) {
    signal.throwIfAborted()
    throw new TargetError(`${shown(url)} could not be reached: ${reasonOf(thrown)}`, {
      code: 'UNAVAILABLE',
      retriable: true,
      suggestion: 'Check that the receiver is up, and can be reached from here',
      cause: thrown,
    })
  }
}

/** Only the receiver itself may say where the work is: the looks carry the signature and the headers. */
function locationOf(location: string, url: URL): URL {
  const found = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  if (found !== undefined && found.origin === url.origin) return found
  throw new TargetError(`${shown(url)} answered with the Location ${describe(location)}, which is of another origin`, {
    code: 'FAILED',
    suggestion: 'Let the receiver answer with a path of its own',
  })
}

function headOf({ headers, status }: WebAnswer): AnswerHead {
  return { status, location: headers.location ?? null, retryAfter: headers['retry-after'] ?? null }
}

/** JSON as its value, any other text as a text; nothing for no body, or for a body too long to keep. */
function resultOf({ headers, text }: WebAnswer): unknown {
  if (text === undefined || text === '') return undefined
  if (!/\bjson\b/.test(headers['content-type'] ?? '')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function errorOf(
  { status, text = '' }: WebAnswer,
  code: 'REFUSED' | 'UNAVAILABLE' | 'FAILED',
  problem: string,
  retryAfterMs?: number,
): TargetError {
  const said = text.trim().slice(0, 200)
  return new TargetError(`${problem}: status ${status}${said === '' ? '' : `, ${describe(said)}`}`, {
    code,
    retriable: code === 'UNAVAILABLE',
    retryAfterMs,
    context: { status },
  })
}

/** Neither the message nor a look goes to an address that the application did not name. */
function redirected({ headers, status }: WebAnswer, url: URL, code: 'REFUSED' | 'FAILED'): TargetError | undefined {
  const redirect = redirectOf(status, headers.location, url.href)
  if (redirect === undefined) return undefined
  const problem =
    code === 'REFUSED'
      ? `${shown(url)} did not take the message`
      : `the end of the work at ${shown(url)} can't be known`
  const reason = 'redirects are not followed, since the headers and the signature are for the given address alone'
  return new TargetError(`${problem}: status ${status}, ${redirect}; ${reason}`, {
    code,
    context: { status },
    suggestion:
      code === 'REFUSED'
        ? 'Give the final address to http()'
        : 'Let the receiver answer a look with 202 until the work is done, and then with 200',
  })
}

/** Without the query, which may hold a token. */
function shown({ origin, pathname }: URL): string {
  return origin + pathname
}
