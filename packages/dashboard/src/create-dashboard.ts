import type { IncomingMessage, ServerResponse } from 'node:http'
import { requireOfNode, silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { readAssets, type Assets } from './assets.ts'
import { resolveDashboardOptions, type DashboardOptions, type ResolvedDashboardOptions } from './dashboard-options.ts'
import { type Connection, createFleetReader } from './fleet/fleet-reader.ts'
import { createFleetsHandler } from './fleets-handler.ts'
import { createRequestHandler, type World } from './request-handler.ts'

/**
 * A request handler. The handler answers every request, an unknown path with 404. Its promise rejects for arguments of
 * another kind alone, such as the context of Hono: S3SchedError `INVALID_ARGUMENT`.
 */
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
export function createDashboard(connection: Connection, options: DashboardOptions = {}): Dashboard {
  const resolved = resolveDashboardOptions(options)
  const assets = readAssets()
  const { prefix, prefixes } = resolved
  const fleets = Object.entries(prefixes ?? { '': prefix }).map(([name, own]) => {
    return { name, world: createWorld(connection, own, assets, resolved) }
  })
  const close = async (): Promise<void> => {
    for (const { world } of fleets) {
      for (const end of world.streams) end()
      world.fleet.watch.stop()
      await world.fleet.operator.close()
    }
  }
  const [only] = fleets
  const handler =
    prefixes === undefined && only !== undefined
      ? createRequestHandler(only.world, resolved)
      : createFleetsHandler(fleets, resolved)
  const listener = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    requireOfNode('the dashboard', req, res)
    await handler(req, res)
  }
  return Object.assign(listener, { close, [Symbol.asyncDispose]: close })
}

function createWorld(connection: Connection, prefix: string, assets: Assets, options: ResolvedDashboardOptions): World {
  const { clock = systemClock, logger = silentLogger, random = systemRandom } = options
  return { fleet: createFleetReader(connection, prefix, options), streams: new Set(), assets, clock, random, logger }
}
