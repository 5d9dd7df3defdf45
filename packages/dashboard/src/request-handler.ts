/**
 * From a request to an answer. The access of the caller is checked first, the same for all paths; then the page is made
 * from the watch's snapshot. A button is a POST, see `press-button.ts`. The answer redirects the browser to the job's
 * page, so that going back or reloading presses nothing again.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'cookie'
import { S3SchedError, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { PROMETHEUS_TYPE, toPrometheus } from '@s3sched/operator'
import { answerApi, jsonReply, refusalAnswer } from './api/answer-api.ts'
import { openApiDocument } from './api/openapi.ts'
import type { Assets } from './assets.ts'
import type { ResolvedDashboardOptions } from './dashboard-options.ts'
import type { FleetReader } from './fleet/fleet-reader.ts'
import type { Sight } from './fleet/fleet-watch.ts'
import { createLinks, type Links } from './html/links.ts'
import { zoneOf } from './html/zone.ts'
import { refusalOf } from './http/access.ts'
import { streamEvents } from './http/event-stream.ts'
import { tokenFor } from './http/forgery.ts'
import { locate, type Location } from './http/location.ts'
import { probeReply } from './http/probes.ts'
import { respond, type Reply } from './http/respond.ts'
import { Rights, seenPart } from './http/rights.ts'
import { routeOf, type Action, type Route } from './http/route.ts'
import type { ContextDraft } from './pages/confirm.ts'
import { frame } from './pages/frame.ts'
import { liveReport } from './pages/live-report.ts'
import type { Page, PageContext } from './pages/page.ts'
import { problemPage } from './pages/problem.ts'
import { makePage } from './make-page.ts'
import { pressButton } from './press-button.ts'

export interface World {
  readonly fleet: FleetReader
  /** The functions that end the open streams. */
  readonly streams: Set<() => void>
  readonly assets: Assets
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export type HandlerOptions = ResolvedDashboardOptions & { readonly home?: string }

/** The largest number of pages kept up to date at a time; further pages still work. */
const MOST_STREAMS = 200

/** @param options - `home` is the page of all fleets, where there are several */
export function createRequestHandler(
  world: World,
  options: HandlerOptions,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      await new Exchange(world, options, req, res).answer()
    } catch (error) {
      world.logger.error('the dashboard could not answer a request', { error, url: req.url })
      if (res.headersSent) res.destroy()
      else await respond(req, res, { status: 500, headers: PLAIN, body: 'Something went wrong; the log says what.\n' })
    }
  }
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

class Exchange {
  readonly #world: World
  readonly #options: HandlerOptions
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #rights: Rights

  constructor(world: World, options: HandlerOptions, req: IncomingMessage, res: ServerResponse) {
    this.#world = world
    this.#options = options
    this.#req = req
    this.#res = res
    this.#rights = new Rights(req, options, world.logger)
  }

  async answer(): Promise<void> {
    const location = locate(this.#req, this.#options.basePath)
    const route: Route = location === undefined ? { to: 'nowhere' } : routeOf(location.path)
    const early = probeReply(route, this.#options.scheduler) ?? refusalOf(this.#req, this.#options)
    if (early !== undefined) return this.#send(early)
    if (location === undefined) return this.#send({ status: 404, headers: PLAIN, body: 'Not found.\n' })
    const isPost = this.#req.method === 'POST'
    if (!isPost && this.#req.method !== 'GET' && this.#req.method !== 'HEAD') {
      return this.#send({ status: 405, headers: { ...PLAIN, allow: 'GET, HEAD, POST' }, body: 'Not allowed.\n' })
    }
    if (!(await this.#rights.mayLook())) {
      return this.#send({ status: 403, headers: PLAIN, body: 'You may not see this.\n' })
    }
    if (route.to === 'asset') return this.#asset(route.file)
    if (route.to === 'api' && (isPost || route.parts.length > 0)) return this.#api(route.parts, location)
    if (isPost) return this.#act(route, location)
    if (route.to === 'events') return this.#events()
    if (route.to === 'metrics') return this.#metrics()
    if (route.to === 'live') return this.#live(route)
    if (route.to === 'attend') return this.#attend(route.job)
    await this.#show(route, location)
  }

  /** @param draft - the refused text of a form */
  async #show(route: Route, location: Location, draft?: ContextDraft): Promise<void> {
    const { clock, fleet, random } = this.#world
    const { live, watch } = fleet
    const sight = await ('job' in route ? watch.viewOf(route.job) : watch.view())
    const links = createLinks(location.base)
    if (sight.snapshot === undefined) {
      return this.#page(problemPage(503, 'The store does not answer', 'Nothing is known of it yet.'), sight, links)
    }
    const snapshot = await seenPart(sight.snapshot, this.#rights)
    const actions = 'job' in route ? await this.#rights.actionsOn(route.job) : new Set<Action>()
    const context: PageContext = { snapshot, links, query: location.query, now: clock.now(), zone: this.#zone, actions }
    // Whoever may act probably will, and should not have to wait then.
    if (actions.size > 0) void live.attend()
    const token = (): string => tokenFor(this.#req, this.#res, random, location.base)
    try {
      const page = await makePage(route, context, {
        fleet,
        actionsOn: (job) => this.#rights.actionsOn(job),
        token,
        draft,
      })
      await this.#page(page, sight, links)
    } catch (error) {
      if (!(error instanceof S3SchedError)) throw error
      const page = problemPage(503, 'This page can not be made now', error.message)
      await this.#page(page, sight, links)
    }
  }

  async #act(route: Route, location: Location): Promise<void> {
    const { fleet, logger } = this.#world
    const { operator, watch } = fleet
    const links = createLinks(location.base)
    const { readOnly: isReadOnly } = this.#options
    const caller = { req: this.#req, rights: this.#rights, isReadOnly }
    const pressed = await pressButton(route, { ...caller, operator, logger, links })
    if (pressed.outcome === 'unclear') return this.#show(route, location, pressed.draft)
    if (pressed.outcome === 'refused') {
      const { status, text, title } = pressed
      return this.#page(problemPage(status, title, text), await watch.view(), links)
    }
    await this.#options.scheduler?.lookNow?.()
    await watch.stir()
    await this.#send({ status: 303, headers: { ...PLAIN, location: pressed.next }, body: 'Done.\n' })
  }

  async #api(parts: readonly string[], { base, query }: Location): Promise<void> {
    const { fleet, logger } = this.#world
    const { operator, watch } = fleet
    const req = this.#req
    if (parts.join('/') === 'openapi.json') return this.#send(jsonReply({ status: 200, body: openApiDocument(base) }))
    const [collection, job] = parts
    const { snapshot, trouble } = await (collection === 'jobs' && job !== undefined ? watch.viewOf(job) : watch.view())
    if (snapshot === undefined) {
      const message = trouble?.message ?? 'the store does not answer'
      return this.#send(jsonReply(refusalAnswer(503, 'STORE', message)))
    }
    const seen = await seenPart(snapshot, this.#rights)
    const reply = await answerApi(parts, { operator, rights: this.#rights, snapshot: seen, trouble, query, req })
    if (req.method === 'POST' && reply.status < 300) {
      logger.info(`dashboard: ${parts.join('/')}, by the API`, { action: parts[2], jobName: parts[1] })
      await this.#options.scheduler?.lookNow?.()
      await watch.stir()
    }
    await this.#send(reply)
  }

  /** The state of an open run, and the part of its page that changes each second. */
  async #live({ job, runId }: Extract<Route, { readonly to: 'live' }>): Promise<void> {
    const { live, watch } = this.#world.fleet
    // Each second's look is for the run alone. The fleet is looked at when the run has another state than in the view.
    const { snapshot } = await watch.last()
    if (snapshot === undefined || !(await this.#rights.maySee(job)))
      return this.#send({ status: 404, headers: PLAIN, body: 'Not found.\n' })
    const view = await live.view(job, runId).catch((error: unknown) => {
      if (error instanceof S3SchedError) return undefined
      throw error
    })
    if (view === undefined) return this.#send({ status: 503, headers: PLAIN, body: 'The store does not answer.\n' })
    const { report, state } = view
    const isOpen = (snapshot.jobs.find(({ name }) => name === job)?.running ?? []).some((run) => run.runId === runId)
    // The page of the new state is asked for next.
    if (isOpen !== (state === 'running')) await watch.stir()
    await this.#send(jsonReply({ status: 200, body: { state, html: String(liveReport(report)) } }))
  }

  /** A form that is still shown. */
  async #attend(job: string): Promise<void> {
    if (!(await this.#rights.may('run', job)))
      return this.#send({ status: 403, headers: PLAIN, body: 'You may not.\n' })
    await this.#world.fleet.live.attend()
    await this.#send({ status: 200, headers: PLAIN, body: 'Noted.\n' })
  }

  async #metrics(): Promise<void> {
    const { snapshot, trouble } = await this.#world.fleet.watch.view()
    // A monitor must notice that the numbers are old.
    if (snapshot === undefined || trouble !== undefined)
      return this.#send({ status: 503, headers: PLAIN, body: 'The store does not answer.\n' })
    const seen = await seenPart(snapshot, this.#rights)
    const headers = { ...PLAIN, 'content-type': PROMETHEUS_TYPE }
    await this.#send({ status: 200, headers, body: toPrometheus(seen, seen.health) })
  }

  #events(): void | Promise<void> {
    const { fleet, streams } = this.#world
    if (this.#req.method !== 'GET' || streams.size >= MOST_STREAMS) {
      return this.#send({ status: 503, headers: PLAIN, body: 'Too many pages are open.\n' })
    }
    const end = streamEvents(this.#req, this.#res, fleet.watch)
    streams.add(end)
    this.#res.once('close', () => streams.delete(end))
  }

  #asset(file: string): Promise<void> {
    const asset = Object.values(this.#world.assets).find((one) => one.file === file)
    if (asset === undefined) return this.#send({ status: 404, headers: PLAIN, body: 'Not found.\n' })
    const headers = { 'content-type': asset.type, 'cache-control': 'private, max-age=31536000, immutable' }
    return this.#send({ status: 200, headers, body: asset.body, isConstant: true })
  }

  #page(page: Page, sight: Sight, links: Links): Promise<void> {
    return this.#send(htmlReply(page, { req: this.#req, world: this.#world, sight, links, home: this.#options.home }))
  }

  get #zone(): string {
    return zoneIn(this.#req)
  }

  #send(reply: Reply): Promise<void> {
    return respond(this.#req, this.#res, reply)
  }
}

export interface ReplyContext {
  readonly req: IncomingMessage
  readonly world: Pick<World, 'assets' | 'fleet'>
  /** `undefined` for a page about no fleet. */
  readonly sight: Sight | undefined
  readonly links: Links
  readonly home?: string | undefined
}

/** A whole document with a page. */
export function htmlReply(page: Page, { home, links, req, sight, world: { assets, fleet } }: ReplyContext): Reply {
  const files = { style: assets.style.file, script: assets.script.file }
  const context = { home, links, sight, files, description: fleet.operator.description, zone: zoneIn(req) }
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  return { status: page.status ?? 200, headers, body: String(frame(page, context)) }
}

function zoneIn({ headers }: IncomingMessage): string {
  return zoneOf(parse(headers.cookie ?? ''))
}
