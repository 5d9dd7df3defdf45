/**
 * A run, from claim to record: **claim** (1 PUT on the job's record), **run** (the executor), **record** (1 PUT into
 * the history). The next claim folds the run's outcome into the job's record without an extra write.
 *
 * A run starts only on a claim that is known to be written. The authority is checked again between claim and start, and
 * between attempts; when the authority ends, a running attempt is aborted.
 *
 * A run told to end while waiting for its first or next attempt (a stop, a lost lease) leaves no record in the history:
 * the job's record says that the run was released, and the next leader goes on with the run.
 *
 * A run still executing at the handover of its shard is **kept**: before the lease is released, the job's record says
 * that the run now depends on this member. The attempt goes on to its end; no other attempt begins here.
 */
import type { Schedule } from '@s3sched/cron'
import { CancelledError, type Executor, type RunOutcome } from '@s3sched/executor'
import { createSharedAbort, mapParallel, messageOf, toDate, type Random } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import type { Reading } from '@s3sched/lock'
import { type ChangeMarker, type JobContext, type JobRecord, keepRun, type LocalJob, type OpenRun } from '@s3sched/jobs'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { MemberPresence, Presence } from '../leader/member-presence.ts'
import { ActionGuard } from './action-guard.ts'
import { announceEnd } from './announce-end.ts'
import type { Authority } from './authority.ts'
import { DueStarts } from '../pace/due-starts.ts'
import { isHandedOver } from './handed-over.ts'
import { RunClaims } from './run-claims.ts'
import { RunFolds } from './run-folds.ts'
import type { RunLease, RunLeases } from './run-leases.ts'
import { endOf, runPolicy, type NextWait, type PolicyParts, type RunPolicyDeps } from './run-policy.ts'
import { recordOf } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'
import { RunReleases } from './run-releases.ts'
import { RunsInHand } from './runs-in-hand.ts'
import { startOfRun } from './start-of-run.ts'
import { takeBackVerdict } from './take-back-verdict.ts'
import { whileHeld } from './while-held.ts'
import { limitedAuthority } from './limited-authority.ts'

export interface RunServiceDeps extends RunPolicyDeps {
  readonly executor: Executor
  readonly recorder: RunRecorder
  readonly presence: MemberPresence
  /** `undefined` where no other instance would look for a run lease: the run then depends on its leader's lease. */
  readonly leases: RunLeases | undefined
  /** The trusted time of a leader's lease, in ms. */
  readonly leaderTrustedMs: number
  readonly random: Random
  readonly marker: ChangeMarker
  readonly workerId: string
  readonly instance: string
  readonly database: () => unknown
  readonly schedules: Pick<ScheduleCache, 'get' | 'show'>
  /** Called when a run has ended and its record is written. Must not throw. */
  readonly onEnded: (jobName: string) => void
}

/** A claimed run, ready to start. */
export interface RunStart {
  readonly job: LocalJob
  readonly run: OpenRun
  /** The record as the claim wrote it. */
  readonly record: JobRecord
  readonly authority: Authority
  /** The time when the claim was sent, for a run with a run lease. */
  readonly sentAt?: Reading
  /** A wait before the next attempt, in ms; the run holds its job meanwhile, as between any two attempts. @default 0 */
  readonly notBeforeMs?: number
  /** More fields for the action's context. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** The start of a run at its instant. */
export interface DueRunStart extends RunStart {
  /** By the wall clock, epoch ms; until then the run blocks no other run. `undefined` for a run due at once. */
  readonly startAt: number | undefined
}

/** A run under a leader's authority. */
interface LedRun {
  readonly jobName: string
  readonly run: OpenRun
  readonly authority: Authority
  /** Ties the run to this instance's presence until the run ends. */
  readonly hangOn: (presence: Presence) => void
}

/**
 * The end of a run in this process; `undefined` when the run was handed over before its first or between two attempts.
 */
export type EndedRun = { readonly outcome: RunOutcome; readonly record: RunRecord } | undefined

/** The most runs kept at the same time when a shard is handed over. */
const KEPT_AT_ONCE = 32

export class RunService {
  readonly #deps: RunServiceDeps
  readonly #starts: DueStarts
  readonly #releases: RunReleases
  readonly claims: RunClaims
  readonly folds: RunFolds
  readonly inHand: RunsInHand
  readonly #led = new Map<string, LedRun>()
  /** Aborts when unwritten records are given up. */
  readonly #giveUp = createSharedAbort()

  constructor(deps: RunServiceDeps) {
    this.#deps = deps
    this.#starts = new DueStarts(deps.serverClock.ticking())
    this.#releases = new RunReleases(deps, this.#giveUp.signal)
    this.folds = new RunFolds(deps, this.#giveUp.signal)
    this.inHand = new RunsInHand(deps.recorder.recorded)
    const leaderTrustedMs = deps.leases === undefined ? undefined : deps.leaderTrustedMs
    const scheduleOf = (name: string, record: JobRecord): Schedule | null => deps.schedules.get(name, record)
    this.claims = new RunClaims({ ...deps, inHand: this.inHand, releases: this.#releases, scheduleOf, leaderTrustedMs })
  }

  /**
   * From now on only runs that are already claimed start here, and only if due within `patienceMs`; the others are
   * handed over. Resolves when no run waits any more. Executing runs go on.
   */
  close(patienceMs: number): Promise<void> {
    return this.#starts.close(patienceMs)
  }

  /**
   * Keeps the executing runs of an authority that ends by its own will: 1 PUT each, and 1 for the member object. A run
   * still waiting for its instant starts first if due within `patienceMs`, and is released otherwise. All other runs
   * end with the authority.
   */
  async keep(authority: Authority, patienceMs: number): Promise<void> {
    await this.#starts.settle(authority, patienceMs)
    const led = [...this.#led.values()].filter((each) => each.authority === authority)
    await mapParallel(led, KEPT_AT_ONCE, (each) => this.#keep(each))
  }

  /** True while an attempt of the run is executing. */
  #works(runId: string): boolean {
    return this.#deps.executor.running().some((each) => each.runId === runId && each.phase === 'running')
  }

  async #keep({ authority, hangOn, jobName, run }: LedRun): Promise<void> {
    const { book, logger, presence } = this.#deps
    // A waiting run is released when the authority ends, and the next leader goes on with it.
    if (!this.#works(run.runId)) return
    let held: Presence | undefined
    try {
      await presence.show()
      held = presence.enter()
      const change = whileHeld(run, (record) => keepRun(record, run.runId))
      const kept = await book.update(jobName, change, authority.signal)
      if (kept.outcome === 'written' && this.#led.has(run.runId)) return hangOn(held)
    } catch (error) {
      logger.warn(`run '${run.runId}' of job '${jobName}' ends: its shard is handed over`, { error })
    }
    held?.leave()
  }

  /** From now on a run whose end can't be written at once is given up, and will count as lost. */
  abandonRecords(): void {
    this.#giveUp.abort()
  }

  /** Executes a claimed run, or goes on after the failed attempt that the run carries, and records the outcome. */
  execute(start: RunStart): Promise<EndedRun> {
    const ended = this.inHand.enter(start.run.runId, this.#execute(start))
    // Most callers don't await the end of the run.
    ended.catch((error: unknown) => this.#report(start, error))
    start.authority.onRun?.(ended)
    return ended
  }

  /** Such a run is resolved later like a run whose process is gone. */
  #report({ job, run }: RunStart, error: unknown): void {
    const { events, logger } = this.#deps
    logger.error(`run '${run.runId}' of job '${job.name}' could not be brought to its end: ${messageOf(error)}`, {
      error,
    })
    events.announce('error', { error, jobName: job.name })
  }

  async #execute(asked: RunStart): Promise<EndedRun> {
    const given = { ...asked, startAt: startOfRun(asked, this.#deps.schedules) }
    let presence = given.authority.role === 'member' ? this.#deps.presence.enter() : undefined
    const { job, run } = given
    const ending = new AbortController()
    const guard = new ActionGuard()
    const wait: NextWait = { delayMs: 0 }
    const lease = this.#lease(given, ending, guard)
    const { authority, leave } = limitedAuthority(given.authority, presence, lease)
    const start = { ...given, authority }
    let isKept = false
    const onLost = (): void => {
      if (!isKept || !this.#works(run.runId)) ending.abort(endOf(authority))
    }
    if (authority.signal.aborted) onLost()
    else authority.signal.addEventListener('abort', onLost, { once: true })
    const onGone = (): void => ending.abort(presence?.signal.reason)
    const hangOn = (held: Presence): void => {
      isKept = true
      presence = held
      lease?.outlive()
      if (held.signal.aborted) onGone()
      else held.signal.addEventListener('abort', onGone, { once: true })
    }
    if (authority.role === 'leader')
      this.#led.set(run.runId, { jobName: job.name, run, authority: given.authority, hangOn })
    try {
      const outcome = await this.#starts.start(given, ending.signal, () =>
        this.#run(start, ending, guard, { lease, wait }),
      )
      // The action is over: the run lease needs no further write.
      lease?.leave()
      if (outcome === undefined || isHandedOver(outcome, start)) {
        if (run.trigger === 'manual') await this.#releases.withdraw(job.name, run)
        else await this.#releases.letGo(job.name, run, outcome?.attempts.at(-1), wait.delayMs)
        return undefined
      }
      const ended = recordOf(outcome, job.name, run)
      announceEnd(this.#deps, outcome, ended, run)
      const isRecorded = await this.#deps.recorder.recordEnded(ended, this.#giveUp.signal)
      // The next leader may have declared the run lost meanwhile.
      if (isRecorded && !authority.isTrusted()) await takeBackVerdict(this.#deps, ended, this.#giveUp.signal)
      // Without a history, the job's record is the only evidence of the end.
      if (!this.#deps.recorder.keepsHistory) await this.folds.fold(job.name)
      this.#deps.onEnded(job.name)
      // No leader knows of the end of a kept run.
      if (isKept) void this.folds.foldAndTell(job.name)
      return { outcome, record: ended }
    } finally {
      this.#led.delete(run.runId)
      this.#deps.lateRuns.ended(job.name, run.runId)
      authority.signal.removeEventListener('abort', onLost)
      leave()
      presence?.signal.removeEventListener('abort', onGone)
      presence?.leave()
    }
  }

  #lease(
    { job, run, sentAt, startAt = -Infinity }: DueRunStart,
    ending: AbortController,
    guard: ActionGuard,
  ): RunLease | undefined {
    const { leaseMs } = run
    if (leaseMs === undefined || sentAt === undefined) return undefined
    const end = (): void => ending.abort(new CancelledError('lease-lost'))
    const isActing = (): boolean => guard.isActing
    return this.#deps.leases?.enter({ jobName: job.name, run, leaseMs, sentAt, startAt, isActing, end })
  }

  async #run(start: DueRunStart, ending: AbortController, guard: ActionGuard, more: PolicyParts): Promise<RunOutcome> {
    const { authority, job, run } = start
    const task = {
      key: job.name,
      runId: run.runId,
      action: (context: unknown) => guard.call(authority, ending, () => job.action(context as JobContext)),
      fields: this.#fields(start),
    }
    const policy = runPolicy(this.#deps, start, ending.signal, more)
    const outcome = await this.#deps.executor.run(task, policy)
    // The action of the last attempt was not called, so the attempt does not count: other processes may be executing it
    // already.
    return guard.hasBegun ? outcome : { ...outcome, attempts: outcome.attempts.slice(0, -1) }
  }

  #fields({ fields, job, record, run }: RunStart): Readonly<Record<string, unknown>> {
    return {
      ...job.fields,
      ...run.fields,
      ...fields,
      jobName: job.name,
      scheduledTime: toDate(run.tick),
      epoch: run.epoch ?? undefined,
      lastRun: record.lastRun,
      database: this.#deps.database(),
      logger: this.#deps.logger,
    }
  }
}
