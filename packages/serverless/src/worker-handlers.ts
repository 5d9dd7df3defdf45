import { createDueHandler } from './due-handler.ts'
import { requireMaker, resolveHandlerOptions, type DueHandlerOptions } from './due-options.ts'
import { failureOf, passDue, type MakeScheduler } from './due-pass.ts'

/** The default export of a module worker. */
export interface DueWorker<Env> {
  /** Needs the secret. */
  fetch(request: Request, env: Env): Promise<Response>
  /** A cron trigger of the platform. Rejects after a failed pass. */
  scheduled(controller: unknown, env: Env): Promise<void>
}

/**
 * Makes the handlers of a Cloudflare-style worker: `fetch`, with the secret, and `scheduled`, for the platform's own
 * timer. The packages use modules of Node, so the worker needs `nodejs_compat`.
 *
 * @param make - makes the scheduler of a pass from the bindings
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example export default createDueWorker((env) => createScheduler({ store: env.S3SCHED_STORE, jobs }))
 */
export function createDueWorker<Env>(make: MakeScheduler<[env: Env]>, options: DueHandlerOptions = {}): DueWorker<Env> {
  requireMaker('createDueWorker', make)
  const resolved = resolveHandlerOptions('createDueWorker', options)
  const handler = createDueHandler(make, options)
  return {
    fetch: (request, env) => handler(request, env),
    async scheduled(_controller, env) {
      const pass = await passDue(() => make(env), resolved)
      if (pass.outcome === 'failed') throw failureOf(pass)
    },
  }
}
