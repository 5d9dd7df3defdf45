import type { ProbedScheduler } from '../dashboard-options.ts'
import type { Reply } from './respond.ts'
import type { Route } from './route.ts'

const HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

/**
 * The answer to a probe of an orchestrator; `undefined` for any other request. A probe comes without a password, and
 * under the address of the process, so it is answered before all checks, and learns nothing but the state.
 */
export function probeReply(route: Route, scheduler: ProbedScheduler | undefined): Reply | undefined {
  if (route.to !== 'healthz' && route.to !== 'readyz') return undefined
  if (scheduler === undefined) return { status: 404, headers: HEADERS, body: 'No scheduler was given.\n' }
  const { isAlive, isReady, reason } = scheduler.getHealth()
  const isFine = route.to === 'healthz' ? isAlive : isReady
  return { status: isFine ? 200 : 503, headers: HEADERS, body: `${isFine ? 'ok' : reason}\n` }
}
