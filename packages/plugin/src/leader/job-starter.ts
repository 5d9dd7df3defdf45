/**
 * What a leader starts besides the ticks: jobs with `runOnStart`, jobs that come after others, and what somebody asked for.
 *
 * Each goes through the job's record like a tick, and waits for a run of the job that goes on in another process: two runs
 * of one job don't overlap, whoever started them. A run of this process is the executor's business.
 */
import type { History } from '@s3sched/history'
import type { Clock, Logger } from '@s3sched/kernel'
import type { JobBook } from '../job/job-book.ts'
import { consumePredecessors } from '../job/job-changes.ts'
import { effectiveSpec, isActive, type JobRecord } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { Authority } from '../run/authority.ts'
import type { RunRecovery } from '../run/run-recovery.ts'
import type { ClaimOutcome, ClaimRequest, RunService } from '../run/run-service.ts'
import { chainReady } from '../tick/chain-ready.ts'
import type { RunRequest, RunRequests } from './run-requests.ts'

export interface JobStarterDeps {
  readonly book: JobBook
  readonly runs: RunService
  readonly recovery: RunRecovery
  readonly requests: RunRequests
  readonly history: History | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly localJob: (name: string) => LocalJob | undefined
  readonly localNames: () => readonly string[]
  readonly cancelHere: (jobName: string) => boolean
  /** Whether the job belongs to the shard that is led. */
  readonly owns: (jobName: string) => boolean
  /** On whose behalf this instance can claim a job of another shard now. */
  readonly authorityOf: (jobName: string) => Authority
}

/** A request to cancel that found nothing to cancel is dropped after this, in ms. */
const CANCEL_FORGOTTEN_MS = 600_000

type Ready = (record: JobRecord) => Readonly<Record<string, string>> | undefined

export class JobStarter {
  readonly #deps: JobStarterDeps
  readonly #authority: Authority
  readonly #stopping: AbortSignal
  /** Jobs with `runOnStart` that need not be started again when the others are tried again. */
  readonly #startedOnce = new Set<string>()

  /** @param stopping - aborts when nothing is to be started any more */
  constructor(deps: JobStarterDeps, authority: Authority, stopping: AbortSignal) {
    this.#deps = deps
    this.#authority = authority
    this.#stopping = stopping
  }

  /** Starts each job with `runOnStart`, once in this term. @throws the store's error; call it again then */
  async runOnStart(): Promise<void> {
    const { book, clock, localNames, owns } = this.#deps
    for (const name of localNames()) {
      if (!owns(name) || this.#startedOnce.has(name) || this.#isWithoutStart(name)) continue
      const record = await book.load(name, this.#stopping)
      if (record !== undefined && isActive(record) && effectiveSpec(record).runOnStart) {
        await this.#start(name, 'start', clock.now(), () => ({}))
      }
      this.#startedOnce.add(name)
    }
  }

  /** Known without reading its record, for very many jobs. */
  #isWithoutStart(name: string): boolean {
    const { book, localJob } = this.#deps
    return (
      book.peek(name) === undefined && book.vouched(name) !== undefined && localJob(name)?.spec.runOnStart === false
    )
  }

  /**
   * Starts what the end of a run of `predecessor` starts; all chains when there is none given. A chain may lead from one
   * shard to another: whoever leads either of them looks at it, since what has ended is known best where it ran.
   * @throws the store's error
   */
  async evaluateChains(predecessor: string | undefined): Promise<void> {
    const { book, clock, owns } = this.#deps
    for (const name of book.chained) {
      const record = book.peek(name)
      const after = record === undefined ? [] : effectiveSpec(record).after
      if (predecessor !== undefined && !after.includes(predecessor)) continue
      if (!owns(name) && !after.some(owns)) continue
      // Another instance may have run one since: what the records say counts, and not what was heard of.
      for (const each of after) await book.load(each, this.#stopping)
      const ready: Ready = (current) => chainReady(current, after, (each) => book.peek(each)?.lastRun ?? undefined)
      if (record !== undefined && ready(record) !== undefined) await this.#start(name, 'chain', clock.now(), ready)
    }
  }

  /**
   * Does what was asked for, as far as it can be done now.
   * @returns whether a request has to wait for a run that goes on elsewhere
   */
  async obey(requests: readonly RunRequest[]): Promise<boolean> {
    const { cancelHere, clock, requests: inbox } = this.#deps
    let mustWait = false
    for (const request of requests) {
      if (request.kind === 'cancel') {
        // A run in another instance's hands is cancelled there; a request that found nothing is dropped in the end.
        const isOld = clock.now() - request.requestedAt > CANCEL_FORGOTTEN_MS
        if (cancelHere(request.jobName) || isOld) await inbox.done(request)
        continue
      }
      const started = await this.#startRequested(request)
      if (started === 'settled') await inbox.done(request)
      else if (started === 'busy') mustWait = true
    }
    return mustWait
  }

  /** `settled`: its run was claimed, now or before a crash, or can't ever be. `not-here`: another instance may have it. */
  async #startRequested({ fields, id, jobName, requestedAt }: RunRequest): Promise<'settled' | 'busy' | 'not-here'> {
    const { book, history, localJob, logger, runs } = this.#deps
    const job = localJob(jobName)
    const record = await book.load(jobName, this.#stopping)
    if (record === undefined || record.removed) {
      logger.warn(`a run of job '${jobName}' was requested, and there is no such job`)
      return 'settled'
    }
    if (job === undefined) return 'not-here'
    if (record.running.some((run) => run.runId === id)) return 'settled'
    if (await history?.runExists(jobName, requestedAt, id)) return 'settled'
    const authority = this.#authority
    const claimed = await this.#claimFree(jobName, {
      runId: id,
      tick: requestedAt,
      trigger: 'request',
      authority,
      refuse: () => undefined,
    })
    if (claimed.outcome === 'refused') return 'busy'
    void runs.execute({ job, run: claimed.run, record: claimed.record, authority, fields })
    return 'settled'
  }

  async #start(name: string, trigger: 'start' | 'chain', tick: number, ready: Ready): Promise<void> {
    const { authorityOf, localJob, owns, runs } = this.#deps
    const authority = owns(name) ? this.#authority : authorityOf(name)
    const job = localJob(name)
    if (job === undefined || !authority.isTrusted()) return
    const claimed = await this.#claimFree(name, {
      tick,
      trigger,
      authority,
      refuse: (record) => (!isActive(record) || ready(record) === undefined ? 'not-ready' : undefined),
      also: (record) => consumePredecessors(record, ready(record) ?? {}),
    })
    if (claimed.outcome === 'claimed') void runs.execute({ job, run: claimed.run, record: claimed.record, authority })
  }

  /** Claims a run unless one goes on elsewhere; what a dead process left is resolved first. */
  async #claimFree<R>(name: string, request: ClaimRequest<R>): Promise<ClaimOutcome<R | 'busy' | 'unresolved'>> {
    const { book, recovery, runs } = this.#deps
    const isForeign = (record: JobRecord): boolean =>
      effectiveSpec(record).overlap !== 'allow' && runs.foreignRuns(name, record).length > 0
    for (;;) {
      const claimed = await runs.claim<R | 'unresolved'>(name, {
        ...request,
        refuse: (record) => (isForeign(record) ? 'unresolved' : request.refuse(record)),
      })
      if (claimed.outcome === 'claimed' || claimed.why !== 'unresolved') return claimed
      const record = await book.load(name, this.#stopping)
      if (record !== undefined && (await recovery.resolve(name, record, request.authority)))
        return { outcome: 'refused', why: 'busy' }
    }
  }
}
