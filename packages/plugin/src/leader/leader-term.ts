/**
 * What an instance does from its promotion to its demotion.
 *
 * **Promotion.** One LIST tells which records changed since this instance last saw them. A changed record is read at
 * once where it may matter: its job has a tick after the old leader's watermark that is due, or it was written after
 * the old lease's last renewal (whatever the old leader claimed since then is among these), or some definition changed.
 * The others are planned from the watermark, and read when they are due.
 *
 * **After that**: the tick engine; a look at the change marker every 15 s, and at the whole list every 10 minutes in
 * case a bump was lost; chains, when a run has ended; retention.
 */
import { messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { History } from '@s3sched/history'
import type { Schedule } from '@s3sched/cron'
import type { SchedulerEmitter } from '../events.ts'
import type { ChangedRecord, JobBook } from '../job/job-book.ts'
import { consumePredecessors } from '../job/job-changes.ts'
import { effectiveSpec, isActive, lowerBound, type JobRecord } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { Authority } from '../run/authority.ts'
import type { RunService } from '../run/run-service.ts'
import { chainReady } from '../tick/chain-ready.ts'
import type { TickEngine } from '../tick/tick-engine.ts'
import type { ChangeMarker } from './change-marker.ts'
import type { PreviousTerm } from './follow-coordinator.ts'
import type { RunRequest, RunRequests } from './run-requests.ts'

export interface LeaderTermDeps {
  readonly engine: TickEngine
  readonly book: JobBook
  readonly runs: RunService
  readonly requests: RunRequests
  readonly marker: ChangeMarker
  readonly history: History | undefined
  readonly events: SchedulerEmitter
  readonly clock: Clock
  readonly logger: Logger
  readonly localJob: (name: string) => LocalJob | undefined
  readonly localNames: () => readonly string[]
  readonly scheduleOf: (name: string, record: JobRecord) => Schedule | null
  readonly cancelHere: (jobName: string) => boolean
  readonly cleanupInterval: number
  /** Whether others may change records behind this instance's back without its looking; see {@link LeaderTerm.run}. */
  readonly watches: boolean
}

const WATCH_MS = 15_000
const BACKSTOP_MS = 600_000
/** Who places a request bumps the marker, or is told that it could not; only a crash in between needs this look. */
const REQUESTS_BACKSTOP_MS = 3_600_000
const FIRST_CLEANUP_MS = 300_000
/** Server times are whole seconds, and the last renewal may have been on its way. */
const RENEWAL_MARGIN_MS = 5000

export class LeaderTerm {
  readonly #deps: LeaderTermDeps
  readonly #authority: Authority
  /** Ends the loops; runs that are under way hang on the authority alone. */
  readonly #stopping = new AbortController()

  constructor(deps: LeaderTermDeps, authority: Authority) {
    this.#deps = deps
    this.#authority = authority
    authority.signal.addEventListener('abort', () => this.stop(), { once: true })
  }

  /** What the lease says of this term: 0 further requests. */
  payload(): Readonly<Record<string, unknown>> {
    return { watermark: this.#deps.engine.watermark(), unclaimed: this.#deps.engine.unclaimed }
  }

  /** A job is new, or something about it changed. */
  touch(name: string): void {
    this.#deps.engine.touch(name)
  }

  /** When the job's next open tick is, as this term knows. */
  nextTick(name: string): number | undefined {
    return this.#deps.engine.nextTick(name)
  }

  /** Claims nothing from now on, although the authority may go on. */
  stop(): void {
    this.#stopping.abort()
    this.#deps.engine.stop()
  }

  /**
   * Promotes, then runs until the authority ends. Never rejects.
   * @param previous - the last term's lease; `undefined` when there was none that could be read
   * @param isFleetStart - nobody led when this instance came: jobs with `runOnStart` run now
   */
  async run(previous: PreviousTerm | undefined, isFleetStart: boolean): Promise<void> {
    await this.#insist('take over', () => this.#promote(previous))
    const loops = [
      this.#deps.engine.run(),
      this.#every(this.#deps.cleanupInterval, FIRST_CLEANUP_MS, () => this.#prune()),
    ]
    if (this.#deps.watches) loops.push(this.#watch())
    if (isFleetStart) await this.#insist('start the jobs with runOnStart', () => this.#runOnStart())
    await this.evaluateChains()
    await Promise.all(loops)
  }

  /** Starts what the end of a run of `predecessor` starts; all chains when there is none given. Never rejects. */
  async evaluateChains(predecessor?: string): Promise<void> {
    await this.#insist('look at the chains', () => this.#evaluateChains(predecessor))
  }

  async #evaluateChains(predecessor: string | undefined): Promise<void> {
    const { book, localNames } = this.#deps
    for (const name of localNames()) {
      const record = book.peek(name)
      const after = record === undefined ? [] : effectiveSpec(record).after
      if (predecessor === undefined ? after.length > 0 : after.includes(predecessor))
        await this.#evaluateChain(name, after)
    }
  }

  async #promote(previous: PreviousTerm | undefined): Promise<void> {
    const { book, engine, marker } = this.#deps
    const { signal } = this.#stopping
    const isRedefined = await marker.hasChanged(signal)
    const { changed } = await book.list(signal)
    const changedByName = new Map(changed.map((record) => [record.name, record]))
    for (const name of book.names()) {
      const record = book.peek(name)
      const change = changedByName.get(name)
      const coldFrom = isRedefined || change === undefined ? undefined : this.#coldFrom(change, record, previous)
      const schedule = record === undefined ? null : this.#deps.scheduleOf(name, record)
      if (coldFrom !== undefined && schedule !== null) engine.plan(name, schedule, coldFrom)
      else engine.touch(name, record === undefined ? previous?.watermark : lowerBound(record))
    }
  }

  /** From when on a job can be planned without reading its changed record; `undefined` when it must be read now. */
  #coldFrom(
    change: ChangedRecord,
    record: JobRecord | undefined,
    previous: PreviousTerm | undefined,
  ): number | undefined {
    if (record === undefined || !isActive(record) || record.running.length > 0) return undefined
    if (previous?.watermark === undefined || previous.renewedAt === undefined) return undefined
    if (previous.unclaimed.includes(change.name) || effectiveSpec(record).after.length > 0) return undefined
    if (change.lastModified >= previous.renewedAt - RENEWAL_MARGIN_MS) return undefined
    const next = this.#deps.scheduleOf(change.name, record)?.next(previous.watermark)
    return next != null && next > this.#deps.clock.now() ? previous.watermark : undefined
  }

  async #watch(): Promise<void> {
    const { book, clock, engine, marker } = this.#deps
    const { signal } = this.#stopping
    let listedAt = clock.monotonic()
    let obeyedAt = listedAt
    await this.#every(WATCH_MS, WATCH_MS, async () => {
      const hasChanged = await marker.hasChanged(signal)
      if (!hasChanged && clock.monotonic() - listedAt < BACKSTOP_MS) return
      listedAt = clock.monotonic()
      const { changed } = await book.list(signal)
      for (const { name } of changed) engine.touch(name)
      if (hasChanged || listedAt - obeyedAt >= REQUESTS_BACKSTOP_MS) {
        obeyedAt = listedAt
        await this.#obey(await this.#deps.requests.pending(signal))
      }
      await engine.decided()
      await this.evaluateChains()
    })
  }

  async #obey(requests: readonly RunRequest[]): Promise<void> {
    const { cancelHere, requests: inbox } = this.#deps
    for (const request of requests) {
      if (request.kind === 'cancel') {
        // A run in another instance's hands is cancelled there; a request that found nothing is dropped in the end.
        const isOld = this.#deps.clock.now() - request.requestedAt > BACKSTOP_MS
        if (cancelHere(request.jobName) || isOld) await inbox.done(request)
      } else if (await this.#startRequested(request)) await inbox.done(request)
    }
  }

  /** @returns whether the request is settled: its run was claimed, now or before a crash, or can't ever be */
  async #startRequested(request: RunRequest): Promise<boolean> {
    const { book, history, localJob, logger, runs } = this.#deps
    const job = localJob(request.jobName)
    const record = await book.load(request.jobName, this.#stopping.signal)
    if (record === undefined || record.removed) {
      logger.warn(`a run of job '${request.jobName}' was requested, and there is no such job`)
      return true
    }
    if (job === undefined) return false // an instance that has the action may lead next
    if (record.running.some((run) => run.runId === request.id)) return true
    if (await history?.runExists(request.jobName, request.requestedAt, request.id)) return true
    const claimed = await runs.claim(request.jobName, {
      runId: request.id,
      tick: request.requestedAt,
      trigger: 'request',
      authority: this.#authority,
      refuse: () => undefined,
    })
    if (claimed.outcome === 'refused') return false
    void runs.execute({
      job,
      run: claimed.run,
      record: claimed.record,
      authority: this.#authority,
      fields: request.fields,
    })
    return true
  }

  async #runOnStart(): Promise<void> {
    const { book, clock, localNames } = this.#deps
    for (const name of localNames()) {
      const record = await book.load(name, this.#stopping.signal)
      if (record === undefined || !isActive(record) || !effectiveSpec(record).runOnStart) continue
      await this.#start(name, 'start', clock.now(), () => undefined)
    }
  }

  async #evaluateChain(name: string, after: readonly string[]): Promise<void> {
    const { book, clock } = this.#deps
    const ready = (record: JobRecord): ReturnType<typeof chainReady> =>
      chainReady(record, after, (predecessor) => book.peek(predecessor)?.lastRun ?? undefined)
    const record = book.peek(name)
    if (record === undefined || ready(record) === undefined) return
    await this.#start(name, 'chain', clock.now(), ready)
  }

  async #start(
    name: string,
    trigger: 'start' | 'chain',
    tick: number,
    ready: (record: JobRecord) => Readonly<Record<string, string>> | undefined,
  ): Promise<void> {
    const { localJob, runs } = this.#deps
    const job = localJob(name)
    if (job === undefined || !this.#authority.isTrusted()) return
    const claimed = await runs.claim(name, {
      tick,
      trigger,
      authority: this.#authority,
      refuse: (record) =>
        !isActive(record) || (trigger === 'chain' && ready(record) === undefined) ? 'not-ready' : undefined,
      also: (record) => consumePredecessors(record, ready(record) ?? {}),
    })
    if (claimed.outcome === 'claimed')
      void runs.execute({ job, run: claimed.run, record: claimed.record, authority: this.#authority })
  }

  async #prune(): Promise<void> {
    await this.#deps.history?.prune(undefined, { signal: this.#stopping.signal })
  }

  /** Tries until it succeeds or the authority ends. */
  async #insist(what: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        return await work()
      } catch (error) {
        if (signal.aborted) return
        this.#report(what, error)
        await this.#deps.clock.sleep(1000, signal).catch(() => undefined) // ends with the loop's condition
      }
    }
  }

  async #every(intervalMs: number, firstMs: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    let wait = Math.min(intervalMs, firstMs)
    for (;;) {
      try {
        await this.#deps.clock.sleep(wait, signal)
        wait = intervalMs
        await work()
      } catch (error) {
        if (signal.aborted) return
        this.#report('look after the bucket', error)
      }
    }
  }

  #report(what: string, error: unknown): void {
    const { events, logger } = this.#deps
    logger.error(`the leader could not ${what} yet: ${messageOf(error)}`, { error })
    events.announce('error', { error })
  }
}
