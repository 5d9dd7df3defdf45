import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { custom, describe, messageOf, resolveOptions, systemRandom } from '@s3sched/kernel'
import { TargetError } from '../target-error.ts'

/** The longest body of a callback, in bytes. */
const LONGEST = 64 * 1024

/** The public place of the callbacks. */
export interface CallbacksOptions {
  /**
   * The address under which receivers reach **this process**: a callback at another instance finds nobody who waits. Of
   * the pod, not of the load balancer.
   */
  readonly url: string | URL
}

/**
 * The place where receivers tell the end of their work.
 *
 * Each attempt gets an address of its own, with a random token in it, and its receiver posts `{"result": …}` or
 * `{"error": "…"}` there. The token is the right to answer, so nobody else can end the run. An address ends with its
 * attempt: a later callback is answered with 404, and the receiver keeps its result for the next attempt, which posts the
 * message again.
 */
export interface Callbacks {
  /** For servers with the `Request` of the web. */
  readonly handle: (request: Request) => Promise<Response>
  /** For `node:http` and Express, before anything that reads bodies. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** For a target: an address for one attempt. */
  readonly expect: () => Expected
}

/** A callback that is waited for. Its disposal ends the wait. */
export interface Expected extends Disposable {
  /** The address for the receiver of the work. */
  readonly url: string
  /** The result. Rejects with a {@link TargetError} `FAILED` where the work failed. */
  readonly end: Promise<unknown>
}

const SPEC = {
  url: custom(
    'an address, http:// or https://',
    (value): value is string | URL => URL.canParse(String(value)) && /^https?:$/.test(new URL(String(value)).protocol),
  ),
} as const

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: TargetError) => void
}

/**
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example
 * const callbacks = createCallbacks({ url: `http://${process.env.POD_IP}:8080/callbacks` })
 * createServer(callbacks.listener).listen(8080)
 */
export function createCallbacks(options: CallbacksOptions): Callbacks {
  const { url } = resolveOptions('createCallbacks', SPEC, options)
  const waiting = new Map<string, Waiting>()

  const answer = (method: string | undefined, path: string, body: string): readonly [number, string] => {
    if (method !== 'POST') return [405, 'POST the end of the work']
    const token = new URL(path, url).searchParams.get('token') ?? ''
    const waits = waiting.get(token)
    if (waits === undefined) return [404, 'nobody waits here: keep the end of the work for the next message of the run']
    const end = endOf(body)
    if (end === undefined) return [400, 'expected {"result": any} or {"error": "text"}, as JSON of at most 64 KiB']
    waiting.delete(token)
    if ('error' in end) waits.reject(new TargetError(`the work failed: ${describe(end.error)}`, { code: 'FAILED' }))
    else waits.resolve(end.result)
    return [204, '']
  }

  return {
    handle: async (request) => {
      const [status, text] = answer(request.method, request.url, await request.text())
      return new Response(status === 204 ? null : text, { status })
    },
    listener: (request, response) => {
      const answered = async (): Promise<void> => {
        const body = (await buffer(request)).toString()
        const [status, text] = answer(request.method, request.url ?? '/', body)
        response.writeHead(status).end(text)
      }
      // The receiver went away in the middle of its body, and posts again.
      answered().catch((error: unknown) => response.destroy(new Error(messageOf(error))))
    },
    expect: () => {
      const token = systemRandom.id()
      const address = new URL(url)
      address.searchParams.set('token', token)
      const end = new Promise<unknown>((resolve, reject) => waiting.set(token, { resolve, reject }))
      // The end may come before the answer to the message, when nobody waits yet.
      end.catch(() => undefined)
      return { url: address.href, end, [Symbol.dispose]: () => void waiting.delete(token) }
    },
  }
}

function endOf(body: string): { readonly error: string } | { readonly result: unknown } | undefined {
  if (body.length > LONGEST) return undefined
  try {
    const said = JSON.parse(body) as unknown
    if (typeof said !== 'object' || said === null) return undefined
    const { error, result } = said as { readonly error?: unknown; readonly result?: unknown }
    if (typeof error === 'string') return { error }
    return error === undefined && 'result' in said ? { result } : undefined
  } catch {
    return undefined
  }
}
