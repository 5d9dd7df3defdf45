import { rightsOf } from './caller-rights.ts'
import { requireMaker, requireRequest, resolveHandlerOptions, type DueHandlerOptions } from './due-options.ts'
import { passDue, type DuePass, type MakeScheduler } from './due-pass.ts'
import { answer, refusal } from './handler-answer.ts'
import { restOf } from './limit.ts'

/** From a request to an answer, as Next.js, Vercel, Hono, Deno, Bun and Cloudflare call it. */
export type DueHandler<Args extends readonly unknown[] = []> = (request: Request, ...args: Args) => Promise<Response>

/**
 * Makes a handler that runs what is due, once for each GET or POST, and answers with a {@link DuePass} as JSON: 200 for
 * `done` and `cut`, 503 for a failure that may pass by itself, 500 for any other. 401: the caller does not have the secret.
 * The handler rejects with `INVALID_ARGUMENT` for a request of Node's http: see `toNodeListener`.
 *
 * @param make - makes the scheduler of a pass; gets the further arguments of the handler, such as Cloudflare's `env`
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example export const GET = createDueHandler(() => createScheduler({ store: process.env.S3SCHED_STORE, jobs }))
 */
export function createDueHandler<Args extends readonly unknown[]>(
  make: MakeScheduler<Args>,
  options: DueHandlerOptions = {},
): DueHandler<Args> {
  requireMaker('createDueHandler', make)
  const resolved = resolveHandlerOptions('createDueHandler', options)
  return async (request, ...args) => {
    requireRequest(request)
    if (request.method !== 'GET' && request.method !== 'POST') {
      return answer(405, refusal('METHOD', `expected GET or POST, got ${request.method}`), { allow: 'GET, POST' })
    }
    const begun = resolved.clock.monotonic()
    const rights = await rightsOf(request, resolved)
    if (rights === 'unset') {
      return answer(500, refusal('NO_SECRET', 'expected a secret of 16 characters or more: set CRON_SECRET'))
    }
    if (rights === 'refused') {
      const challenge = { 'www-authenticate': 'Bearer realm="s3sched"' }
      return answer(401, refusal('UNAUTHORIZED', 'expected authorization: Bearer, with the secret'), challenge)
    }
    const pass = await passDue(() => make(...args), restOf(resolved, begun))
    return answer(statusOf(pass), pass)
  }
}

function statusOf({ error, outcome }: DuePass): number {
  if (outcome !== 'failed') return 200
  return error?.retriable === true ? 503 : 500
}
