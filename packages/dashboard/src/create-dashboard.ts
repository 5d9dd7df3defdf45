import type { IncomingMessage, ServerResponse } from 'node:http'
import { silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { createOperator, type OperatorOptions } from '@s3sched/operator'
import { readAssets } from './assets.ts'
import { resolveDashboardOptions, type DashboardOptions } from './dashboard-options.ts'
import { FleetWatch } from './fleet/fleet-watch.ts'
import { LagCache } from './fleet/lag-cache.ts'
import { LiveRuns } from './fleet/live-runs.ts'
import { TimelineCache } from './fleet/timeline-cache.ts'
import { createRequestHandler } from './request-handler.ts'

/** A request handler. The handler answers every request, an unknown path with 404, and its promise never rejects. */
export interface Dashboard extends AsyncDisposable {
  (req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Ends the streams of all open pages, and closes the store if opened here. Closing twice is fine. */
  close(): Promise<void>
}

/**
 * Pages over a bucket, for Node's http and compatible frameworks. There is no store request before the first page
 * request.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError `INVALID_CONNECTION`, `INVALID_KEY`
 * @example createServer(createDashboard('s3://my-bucket')).listen(8080)
 */
export function createDashboard(
  connection: Parameters<typeof createOperator>[0],
  options: DashboardOptions = {},
): Dashboard {
  const resolved = resolveDashboardOptions(options)
  const { clock = systemClock, logger = silentLogger, prefix, random = systemRandom } = resolved
  const deps: Required<Omit<OperatorOptions, 'host'>> = { clock, logger, random, prefix }
  const operator = createOperator(connection, deps)
  const watch = new FleetWatch({ operator, clock, random, logger })
  const timelines = new TimelineCache(operator.history)
  const lags = new LagCache(operator.history)
  const live = new LiveRuns({ operator, clock, logger, scheduler: resolved.scheduler })
  const streams = new Set<() => void>()
  const world = { operator, watch, timelines, lags, live, streams, assets: readAssets(), clock, random, logger }
  const close = async (): Promise<void> => {
    for (const end of streams) end()
    watch.stop()
    await operator.close()
  }
  return Object.assign(createRequestHandler(world, resolved), { close, [Symbol.asyncDispose]: close })
}
