/**
 * The executor's policy for a claimed run, beside the policy of its job: the authority checks, and the writes before each
 * next attempt.
 *
 * A failed attempt is noted in the job's record before the wait for the next attempt, so that the wait survives this
 * process.
 */
import type { AttemptRecord, OwnPolicy, Overlap } from '@s3sched/executor'
import type { LazyAbort } from '@s3sched/kernel'
import { type ClockWatch, effectiveSpec, type JobSpec, noteRetry } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from './authority.ts'
import { dueAt } from './due-at.ts'
import { endOf } from './end-of-authority.ts'
import type { FleetPlaces } from './fleet-places.ts'
import type { LateRuns } from '../pace/late-runs.ts'
import type { RunTenure } from './run-tenure.ts'
import { describeRun } from './run-report.ts'
import type { DueRunStart } from './run-start.ts'
import { whileHeld } from './while-held.ts'

export interface RunPolicyDeps {
  readonly env: Pick<EngineEnv, 'clock' | 'events' | 'logger' | 'serverClock'>
  readonly places: Pick<FleetPlaces, 'enter'>
  readonly lateRuns: LateRuns
  readonly records: RecordCache
  readonly clockWatch: Pick<ClockWatch, 'hear'>
}

/** One object for each run: the hooks are methods, and what a hook needs is made when it is called. */
export class ClaimedRunPolicy implements OwnPolicy {
  readonly firstAttempt: number
  readonly notBeforeMs: number
  readonly deadlineMs: number | undefined
  readonly fence: number
  readonly overlap: Overlap
  readonly enterGroup: OwnPolicy['enterGroup']
  /** Ends the run in any phase. */
  readonly signal: LazyAbort
  /**
   * How long the next attempt is to be put off where the run is released before that attempt, in ms; 0 until an attempt has failed.
   */
  delayMs = 0
  readonly #deps: RunPolicyDeps
  readonly #start: DueRunStart
  readonly #tenure: RunTenure
  readonly #isQueuedForLateness: boolean

  /** @param hasWaited - for its instant, or behind a run claimed before */
  constructor(deps: RunPolicyDeps, start: DueRunStart, tenure: RunTenure, hasWaited: boolean) {
    const { notBeforeMs = 0, run, startAt } = start
    this.#deps = deps
    this.#start = start
    this.#tenure = tenure
    this.firstAttempt = run.retry === null ? 1 : run.retry.attempt + 1
    this.notBeforeMs = notBeforeMs
    const { deadline, group, groupFleetLimit } = this.#spec
    this.deadlineMs = deadline > 0 ? Math.max(0, dueAt(run) + deadline - deps.env.serverClock.tickNow()) : undefined
    this.enterGroup =
      group === null || groupFleetLimit === 0 ? undefined : (ending) => this.#enter(group, groupFleetLimit, ending)
    this.fence = run.fence
    this.signal = tenure.ending
    const overlap = run.trigger === 'backfill' ? overlapOfBackfill(start) : this.#spec.overlap
    // A run begun elsewhere must go on: a skip recorded now would say that the run never started.
    const mustGoOn = (run.retry?.attempt ?? 0) > 0 && overlap !== 'allow'
    this.#isQueuedForLateness = !mustGoOn && overlap === 'skip' && this.#mayWait()
    // A run without an instant could have begun at once: the tick came first by its claim alone.
    const isBehind = hasWaited && startAt === undefined && overlap === 'skip'
    this.overlap = mustGoOn || isBehind || this.#isQueuedForLateness ? 'queue' : overlap
  }

  mayFollow(): boolean {
    const { job, run, startAt = Infinity } = this.#start
    return !this.#isQueuedForLateness || this.#deps.lateRuns.mayFollow(job.name, run.runId, startAt)
  }

  beforeStart(): boolean {
    return this.#authority.isTrusted()
  }

  onAttemptStart(attempt: number): void {
    this.delayMs = 0
    if (attempt > 1) return
    const { job, run, startAt = Infinity } = this.#start
    const { env, lateRuns } = this.#deps
    lateRuns.began(job.name, run.runId, startAt)
    if (!env.events.isHeard('jobStarted', job.name)) return
    const facts = { executionId: run.runId, startTime: env.clock.now() }
    env.events.announce('jobStarted', { ...describeRun(job.name, run), ...facts })
  }

  onTimeout(attempt: number): void {
    const { job, run } = this.#start
    const event = { ...describeRun(job.name, run), attempt, timeout: this.#spec.timeout }
    this.#deps.env.events.announce('plg:scheduler:job-timeout', event)
  }

  async beforeRetry(failure: AttemptRecord, delayMs: number): Promise<void> {
    const { clockWatch, env, records } = this.#deps
    const { clock, events, logger, serverClock } = env
    const { job, run } = this.#start
    const { attempt } = failure
    this.delayMs = delayMs
    const error = failure.error?.message ?? failure.status
    logger.warn(`job '${job.name}' failed in attempt ${attempt} and will be tried again`, { error, delayMs })
    events.announce('plg:scheduler:job-retry', { ...describeRun(job.name, run), attempt, error, delay: delayMs })
    // A moment before the failure would let the next leader count a sleep of this machine as waited.
    await clockWatch.hear()
    const notedAt = serverClock.lowerBound() ?? clock.now()
    const noted = await records.update(
      job.name,
      whileHeld(run, (current) => noteRetry(current, run.runId, failure, { delayMs, notedAt })),
      this.signal.signal,
    )
    if (noted.outcome === 'written') this.#tenure.lease?.outlive()
    if (!this.#authority.isTrusted()) throw endOf(this.#authority)
  }

  get #authority(): Authority {
    return this.#tenure.authority
  }

  get #spec(): JobSpec {
    return effectiveSpec(this.#start.record)
  }

  #enter(group: string, limit: number, ending: LazyAbort): Promise<() => void> {
    const { job, run } = this.#start
    const request = { fence: run.fence, group, job: job.name, limit, runId: run.runId }
    return this.#deps.places.enter(request, ending)
  }

  #mayWait(): boolean {
    const { job, run, startAt } = this.#start
    return startAt !== undefined && this.#deps.lateRuns.mayWait(job.name, run.runId, startAt)
  }
}

/** The claims of a backfill keep its order; a tick of the schedule may start beside one of its runs here. */
function overlapOfBackfill({ record }: DueRunStart): Overlap {
  return record.backfill?.overlap === 'allow' ? 'allow' : 'queue'
}
