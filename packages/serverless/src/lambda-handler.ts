import { createDueHandler } from './due-handler.ts'
import { requireMaker, resolveHandlerOptions, type DueHandlerOptions } from './due-options.ts'
import { failureOf, passDue, type DuePass, type MakeScheduler } from './due-pass.ts'
import { requestOrAnswer } from './handler-answer.ts'

/** The part of Lambda's context in use. */
export interface LambdaContext {
  /** The time until Lambda ends the call, in ms. */
  getRemainingTimeInMillis(): number
}

/** The answer to an event that came by a function URL, an API Gateway or a load balancer. */
export interface LambdaReply {
  /** The HTTP status. */
  readonly statusCode: number
  /** The HTTP headers. */
  readonly headers: Readonly<Record<string, string>>
  /** The pass as JSON. */
  readonly body: string
}

/** A handler for AWS Lambda, of calls by a schedule and by a function URL. */
export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<DuePass | LambdaReply>

/** The time for the stop of a cut pass (5 s) and for the answer, in ms. */
const LEAVE_MS = 7000
const LEAST_LIMIT_MS = 1000

/**
 * Makes a handler for AWS Lambda. A timer of EventBridge gets the pass as the result, and an error after a failed pass,
 * so that Lambda counts the error and calls again; only the rights to invoke the function protect this way. An event
 * that is an HTTP request needs the secret, as with `createDueHandler`.
 *
 * @param options - `limitMs` is what is left of the function's own time limit, minus 7 s, and at most the given one
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example export const handler = createDueLambda(() => createScheduler({ store: process.env.S3SCHED_STORE, jobs }))
 */
export function createDueLambda(make: MakeScheduler<[]>, options: DueHandlerOptions = {}): LambdaHandler {
  requireMaker('createDueLambda', make)
  const { clock } = resolveHandlerOptions('createDueLambda', options)
  return async (event, context) => {
    const leftMs = Math.max(LEAST_LIMIT_MS, context.getRemainingTimeInMillis() - LEAVE_MS)
    const limit = { clock, limitMs: Math.min(options.limitMs ?? leftMs, leftMs) }
    const request = requestOf(event)
    if (request instanceof Response) return replyOf(request)
    if (request !== undefined) return replyOf(await createDueHandler(make, { ...options, ...limit })(request))
    const pass = await passDue(make, limit)
    if (pass.outcome === 'failed') throw failureOf(pass)
    return pass
  }
}

interface HttpEvent {
  readonly httpMethod?: unknown
  readonly requestContext?: { readonly http?: { readonly method?: unknown } }
  readonly headers?: Readonly<Record<string, string | undefined>> | null
}

/** The request in an event of either format of API Gateway; a function URL and a load balancer use one of them. */
function requestOf(event: unknown): Request | Response | undefined {
  const { headers, httpMethod, requestContext } = (event ?? {}) as HttpEvent
  const method = requestContext?.http?.method ?? httpMethod
  if (typeof method !== 'string') return undefined
  const given = Object.entries(headers ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return requestOrAnswer('http://localhost/', { method, headers: given })
}

async function replyOf(response: Response): Promise<LambdaReply> {
  const headers = Object.fromEntries(response.headers)
  return { statusCode: response.status, headers, body: await response.text() }
}
