/**
 * Several fleets in one dashboard: the pages of each lie below its name, and the first page lists the fleets. Each fleet
 * has a handler of its own, whose mount path ends with the name; rights, password and hosts are the same for all.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { verdictOf } from '@s3sched/operator'
import type { ResolvedDashboardOptions } from './dashboard-options.ts'
import { refusalOf } from './http/access.ts'
import { locate } from './http/location.ts'
import { respond } from './http/respond.ts'
import { Rights, seenPart } from './http/rights.ts'
import { createLinks } from './html/links.ts'
import { fleetsPage, type FleetRow } from './pages/fleets.ts'
import { createRequestHandler, htmlReply, type World } from './request-handler.ts'

export interface NamedWorld {
  readonly name: string
  readonly world: World
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

export function createFleetsHandler(
  fleets: readonly NamedWorld[],
  options: ResolvedDashboardOptions,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const handlers = new Map(fleets.map(({ name, world }) => [name, { world, name }]))
  const [first] = fleets
  return async (req, res) => {
    const location = locate(req, options.basePath)
    const base = location?.base ?? ''
    const [name = '', ...rest] = (location?.path ?? '').replace(/^\/+/, '').split('/')
    const fleet = handlers.get(name)
    if (fleet !== undefined)
      return createRequestHandler(fleet.world, { ...options, basePath: `${base}/${name}`, home: `${base}/` })(req, res)
    // Probes are for the process, and the files are the same for all fleets.
    const isShared = ['assets', 'healthz', 'readyz'].includes(name)
    if (first !== undefined && isShared) return createRequestHandler(first.world, options)(req, res)
    const refusal = refusalOf(req, options)
    if (refusal !== undefined) return respond(req, res, refusal)
    if (location === undefined || name !== '' || rest.length > 0)
      return respond(req, res, { status: 404, headers: PLAIN, body: 'Not found.\n' })
    if (first === undefined || !(await new Rights(req, options, first.world.logger).mayLook()))
      return respond(req, res, { status: 403, headers: PLAIN, body: 'You may not see this.\n' })
    const rows = await Promise.all(fleets.map((each) => rowOf(each, req, options)))
    const links = createLinks(base)
    await respond(req, res, htmlReply(fleetsPage(rows, links), { req, world: first.world, sight: undefined, links }))
  }
}

async function rowOf(
  { name, world }: NamedWorld,
  req: IncomingMessage,
  options: ResolvedDashboardOptions,
): Promise<FleetRow> {
  const { snapshot, trouble } = await world.fleet.watch.view()
  const place = world.fleet.operator.description
  if (snapshot === undefined) return { name, place, trouble: trouble?.message, fleet: undefined }
  const seen = await seenPart(snapshot, new Rights(req, options, world.logger))
  return { name, place, trouble: trouble?.message, fleet: { ...seen, verdict: verdictOf(seen.health) } }
}
