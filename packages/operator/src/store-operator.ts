/**
 * The actions of a person with the bucket and without the code: look, pause, resume, ask for a run, ask for the end of
 * a run.
 *
 * An operator has no action and no lease, so an operator starts nothing: a run is *requested*, and the leader claims
 * the run. A pause is a compare-and-swap on the job's record, by the same pure change and the same records as an
 * instance's own changes, so simultaneous writes of an operator and a leader take effect one after the other. Every
 * change then rewrites the change marker, so the leader notices within 15 s; after a lost bump, within 10 minutes.
 */
import { MemberList, type Worker } from '@s3sched/coordinator'
import type { RunHistory } from '@s3sched/history'
import type { Clock, Random } from '@s3sched/kernel'
import { createLeaseContender } from '@s3sched/lock'
import { type ObjectStore, ServerClock, timeStore } from '@s3sched/store'
import { readPrunedTo } from '@s3sched/history/segments'
import {
  type BackfillOptions,
  type BackfillStart,
  checkJobName,
  ClockWatch,
  endBackfill,
  jobNotFound,
  type JobRecord,
  pauseJob,
  planBackfill,
  resumeJob,
  type SchedulerError,
} from '@s3sched/jobs'
import {
  ChangeMarker,
  Attention,
  createRecentHistory,
  createRunHistory,
  type LiveReport,
  LiveReports,
  RecordCache,
  pageKeyOf,
  refuseOldLayout,
  type RunRequest,
  RunRequests,
} from '@s3sched/jobs/bucket'
import { checkSignal } from './check-signal.ts'
import type { UnreadableJob } from './fleet-view.ts'
import { viewJob, type JobView } from './job-view.ts'
import { viewLeader, type LeaderView } from './leader-view.ts'
import type { ChangeOutcome, JobList, Operator, OperatorOptions, PageInfo } from './operator.ts'
import { mergeLeaders, ShardLeases } from './shard-leases.ts'

/** Jobs viewed in one turn of the event loop. */
const VIEWED_PER_TURN = 1000
/** The default of the scheduler's option `maxClockSkew`. */
const MAX_CLOCK_SKEW_MS = 600_000
/** The default of the scheduler's option `claimAhead`. */
const CLAIM_AHEAD_MS = 1000
/** The lease is only looked at, so this ttl is never granted. */
const LEASE_TTL_MS = 90_000

/** An {@link Operator} on a store below a prefix. */
export class StoreOperator implements Operator {
  readonly store: ObjectStore
  readonly history: RunHistory
  readonly recentRuns: Operator['recentRuns']
  readonly close: () => Promise<void>
  readonly #clock: Clock
  readonly #random: Random
  readonly #records: RecordCache
  readonly #requests: RunRequests
  readonly #marker: ChangeMarker
  readonly #attention: Attention
  readonly #live: LiveReports
  readonly #serverClock: ServerClock
  readonly #members: MemberList
  readonly #shardLeases: ShardLeases
  /** No bucket of an earlier layout. */
  #isOurs = false
  readonly #lookAtLease: () => ReturnType<ReturnType<typeof createLeaseContender>['look']>

  constructor(
    opened: ObjectStore,
    { clock, host, logger, random }: Required<Omit<OperatorOptions, 'prefix'>>,
    close: () => Promise<void>,
  ) {
    const serverClock = new ServerClock(clock)
    const store = timeStore(opened, serverClock, clock)
    this.store = store
    this.close = close
    this.#clock = clock
    this.#random = random
    this.#serverClock = serverClock
    const clockWatch = new ClockWatch({ serverClock, store, logger, maxClockSkew: MAX_CLOCK_SKEW_MS })
    const basics = { store, clock, random, logger, serverClock }
    this.#records = new RecordCache(
      { ...basics, clockWatch },
      // A view makes no change.
      { writer: random.id(), claimAheadMs: CLAIM_AHEAD_MS, restores: false },
    )
    const historyDeps = { ...basics, ledger: this.#records.pages }
    this.history = createRunHistory(historyDeps)
    const recent = createRecentHistory(historyDeps)
    this.recentRuns = (query) => recent.runs(query)
    this.#requests = new RunRequests(basics)
    this.#marker = new ChangeMarker(basics)
    this.#attention = new Attention({ ...basics, marker: this.#marker })
    this.#live = new LiveReports(basics)
    this.#members = new MemberList({ store, clock, host })
    this.#shardLeases = new ShardLeases({ store, clock, random, host })
    const terms = { key: 'leader.json', holder: 'operator', ttlMs: LEASE_TTL_MS }
    const lease = createLeaseContender({ store, clock, random, host }, terms)
    this.#lookAtLease = () => lease.look()
  }

  get description(): string {
    return this.store.description
  }

  async jobs(signal?: AbortSignal): Promise<JobList> {
    checkSignal('jobs', signal)
    await this.#loadAll(signal)
    const jobs: JobView[] = []
    const unreadable: UnreadableJob[] = []
    let viewed = 0
    for (const page of this.#records.pages.knownPages()) {
      for (const name of page.keys()) {
        const record = this.#records.peek(name)
        if (record !== undefined) jobs.push(viewJob(name, record, this.#clock.now()))
        else {
          const read = page.read(name)
          if (read.outcome === 'unreadable') unreadable.push({ kind: 'record', name, problem: read.problem })
        }
        if (++viewed % VIEWED_PER_TURN === 0) await this.#clock.sleep(0, signal)
      }
    }
    for (const [page, problem] of this.#records.pages.unreadablePages())
      unreadable.push({ kind: 'page', name: pageKeyOf(page), problem })
    return { jobs: jobs.toSorted(byName), unreadable: unreadable.toSorted(byName) }
  }

  async pages(signal?: AbortSignal): Promise<readonly PageInfo[]> {
    checkSignal('pages', signal)
    await this.#loadAll(signal)
    return [...this.#records.pages.knownPages()].map((page) => {
      const { chars, count } = page.entriesSize
      return { key: pageKeyOf(page.name), jobs: [...page.keys()].length, outcomes: count, outcomeChars: chars }
    })
  }

  async job(name: string, signal?: AbortSignal): Promise<JobView> {
    checkJobName(name)
    checkSignal('job', signal)
    this.#records.invalidate(name)
    const record = await this.#records.load(name, signal)
    if (record === undefined) throw await this.#notFound(name)
    return viewJob(name, record, this.#clock.now())
  }

  async leader(): Promise<LeaderView> {
    const one = viewLeader(await this.#lookAtLease(), this.#clock.now())
    if (one.state === 'unreadable' || (one.state === 'held' && !one.isSilent)) return one
    // No instance leads all jobs now. There may be leaders of shards instead, when one of them was there later.
    const shards = await this.#shardLeases.look()
    const isSharded = shards.some((view) => view.state === 'held' && !view.isSilent) || one.state === 'missing'
    return isSharded && shards.length > 0 ? mergeLeaders(shards) : one
  }

  workers(): Promise<Worker[]> {
    return this.#members.workers()
  }

  async requests(signal?: AbortSignal): Promise<RunRequest[]> {
    checkSignal('requests', signal)
    return this.#requests.pending(signal ?? new AbortController().signal)
  }

  pause(name: string): Promise<ChangeOutcome> {
    return this.#change(name, pauseJob)
  }

  resume(name: string): Promise<ChangeOutcome> {
    return this.#change(name, (record) => resumeJob(record, this.#serverClock.sharedNow(), name))
  }

  async backfill(name: string, options: BackfillOptions): Promise<BackfillStart> {
    const prunedTo = await readPrunedTo(this.store)
    const facts = { id: this.#random.id(), now: this.#serverClock.sharedNow(), prunedTo }
    let start: BackfillStart | undefined
    await this.#change(name, (record) => {
      const plan = planBackfill(name, record, options, facts)
      start = plan.start
      return plan.planned
    })
    if (start === undefined) throw new TypeError(`the backfill of job '${name}' was not planned`)
    return start
  }

  async cancelBackfill(name: string): Promise<ChangeOutcome> {
    const ended = await this.#change(name, (record) => endBackfill(record))
    const open = this.#records.peek(name)?.running ?? []
    const runs = open.filter(({ trigger }) => trigger === 'backfill').map(({ runId }) => runId)
    if (runs.length === 0) return ended
    await this.#requests.placeCancel(name, runs)
    await this.#marker.bump()
    return 'changed'
  }

  requestRun(name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    return this.#request(name, () => this.#requests.placeRun(name, fields))
  }

  requestCancel(name: string): Promise<string> {
    return this.#request(name, ({ running }) => {
      return this.#requests.placeCancel(
        name,
        running.map(({ runId }) => runId),
      )
    })
  }

  attend(runIds?: readonly string[]): Promise<void> {
    return this.#attention.ask(runIds)
  }

  async report(runId: string, signal?: AbortSignal): Promise<LiveReport | undefined> {
    checkSignal('report', signal)
    return this.#live.read(runId, signal)
  }

  async hasChanged(signal?: AbortSignal): Promise<boolean> {
    checkSignal('hasChanged', signal)
    const bump = await this.#marker.read(signal)
    const hasChanged = this.#marker.hasChanged()
    this.#marker.seen(bump)
    return hasChanged
  }

  clockSkewMs(): number {
    return this.#serverClock.skewMs()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #change(name: string, change: (record: JobRecord) => JobRecord): Promise<ChangeOutcome> {
    checkJobName(name)
    this.#records.invalidate(name)
    const updated = await this.#records.ask<'unknown' | 'unchanged'>(name, (record) => {
      if (record === undefined || record.removed) return { stop: 'unknown' }
      const changed = change(record)
      return changed === record ? { stop: 'unchanged' } : { write: changed }
    })
    if (updated.outcome === 'stopped' && updated.stop === 'unknown') throw await this.#notFound(name)
    // Without a change, too: an earlier writer of the same change may have died before its bump.
    await this.#marker.bump()
    return updated.outcome === 'written' ? 'changed' : 'unchanged'
  }

  async #request(name: string, place: (record: JobRecord) => Promise<string>): Promise<string> {
    checkJobName(name)
    this.#records.invalidate(name)
    const record = await this.#records.load(name)
    if (record === undefined || record.removed) throw await this.#notFound(name)
    const id = await place(record)
    await this.#marker.bump()
    return id
  }

  async #loadAll(signal?: AbortSignal): Promise<void> {
    await this.#records.loadAll(signal)
    if (this.#isOurs) return
    for (const _ of this.#records.pages.knownPages()) this.#isOurs = true
    if (!this.#isOurs) await refuseOldLayout(this.store, signal)
    this.#isOurs = true
  }

  async #notFound(name: string): Promise<SchedulerError> {
    await this.#loadAll()
    return jobNotFound(name, [...this.#records.names()])
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
