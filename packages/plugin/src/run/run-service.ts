/**
 * One run, from its claim to its record: **claim** (one PUT on the job's record), **run** (the executor), **record** (one
 * PUT into the history). What the run made of itself is folded into the job's record by the next claim, for free.
 *
 * Nothing starts on a claim that is not known to be written. Between claim and start, and between attempts, the authority
 * is asked again; an attempt that is running when it ends is aborted.
 *
 * A run that is told to end while it waits for its first or its next attempt (a stop, a lost lease) leaves no record: the
 * job's record says that it was let go, and whoever leads next goes on with it.
 *
 * A run that works when its shard is handed over to another instance is **kept**: its job's record says, before the lease is
 * released, that it hangs on this member from now on. Its attempt goes on to its end; no other one is begun here.
 */
import { CancelledError, type Executor, type RunOutcome } from '@s3sched/executor'
import { createSharedAbort, mapParallel, messageOf, toDate, type Random } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import { takeReading, type Reading } from '@s3sched/lock'
import type { JobContext } from '../job/job-context.ts'
import { claimRun, type RunClaim } from '../job/job-changes.ts'
import { effectiveSpec, type JobRecord, type OpenRun } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import { keepRun } from '../job/run-changes.ts'
import type { ScheduleCache } from '../job/schedule-cache.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { MemberPresence, Presence } from '../leader/member-presence.ts'
import { ActionGuard } from './action-guard.ts'
import { announceEnd } from './announce-end.ts'
import type { Authority } from './authority.ts'
import { carriedFields } from './carried-fields.ts'
import { claimantOf } from './claimant.ts'
import { DueStarts } from './due-starts.ts'
import { isHandedOver } from './handed-over.ts'
import { RunFolds } from './run-folds.ts'
import { leaseOfRun, type TickGap } from './run-lease.ts'
import type { RunLease, RunLeases } from './run-leases.ts'
import { endOf, runPolicy, type RunPolicyDeps } from './run-policy.ts'
import { recordOf } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'
import { RunReleases } from './run-releases.ts'
import { startOfRun } from './start-of-run.ts'
import { takeBackVerdict } from './take-back-verdict.ts'
import { whileHeld } from './while-held.ts'
import { limitedAuthority } from './limited-authority.ts'

export interface RunServiceDeps extends RunPolicyDeps {
  readonly executor: Executor
  readonly recorder: RunRecorder
  readonly presence: MemberPresence
  /** `undefined` where nobody would look for one: a run hangs on its leader's lease then. */
  readonly leases: RunLeases | undefined
  /** How long a leader's lease is trusted, in ms. */
  readonly leaderTrustedMs: number
  readonly random: Random
  readonly marker: ChangeMarker
  readonly workerId: string
  readonly instance: string
  readonly database: () => unknown
  readonly schedules: Pick<ScheduleCache, 'show'>
  /** Called when a run has ended and its record is written. Must not throw. */
  readonly onEnded: (jobName: string) => void
}

export interface ClaimRequest<Refusal> {
  /** The run's scheduled time. @default now, by the store's time as far as it is proven */
  readonly tick?: number
  readonly trigger: RunClaim['trigger']
  readonly authority: Authority
  /** Asked on the record that would be changed: a reason not to. */
  readonly refuse: (record: JobRecord) => Refusal | undefined
  /** What else the claim changes. */
  readonly also?: (record: JobRecord) => JobRecord
  readonly runId?: string
  /** More fields for the action's context, which are kept with the run until it has ended. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Of a tick that a leader claims: with it the run may be given a lease of its own. */
  readonly gap?: TickGap
}

export type ClaimOutcome<Refusal> =
  | { readonly outcome: 'claimed'; readonly run: OpenRun; readonly record: JobRecord; readonly sentAt: Reading }
  /**
   * `given-up`: it had landed, and was taken for a dead process's before its answer came; its run is recorded as lost.
   * `taken`: another process has claimed a run of this id.
   */
  | { readonly outcome: 'refused'; readonly why: Refusal | 'unknown-job' | 'given-up' | 'taken' }

/** A claimed run, and how it is to be started. */
export interface RunStart {
  readonly job: LocalJob
  readonly run: OpenRun
  /** As the claim left it. */
  readonly record: JobRecord
  readonly authority: Authority
  /** When its claim was sent, where it has a lease of its own. */
  readonly sentAt?: Reading
  /** A wait before its next attempt, in ms; it holds its job meanwhile, as between any two attempts. @default 0 */
  readonly notBeforeMs?: number
  /** More fields for the action's context. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** A start at its instant, whoever asked for it. */
export interface DueRunStart extends RunStart {
  /** By the wall clock, epoch ms; until then the run is in nobody's way. `undefined` for a run that is due as soon as it is asked for. */
  readonly startAt: number | undefined
}

/** A run that hangs on a leader's authority. */
interface LedRun {
  readonly jobName: string
  readonly run: OpenRun
  readonly authority: Authority
  /** It hangs on this instance's presence from now on, until it ends. */
  readonly hangOn: (presence: Presence) => void
}

/** How a run left this process; `undefined` when it was handed over before its first or between two attempts. */
export type EndedRun = { readonly outcome: RunOutcome; readonly record: RunRecord } | undefined

/** How many runs are kept at the same time when a shard is handed over. */
const KEPT_AT_ONCE = 32

export class RunService {
  readonly #deps: RunServiceDeps
  readonly #starts: DueStarts
  readonly #releases: RunReleases
  readonly folds: RunFolds
  readonly #here = new Map<string, Promise<EndedRun>>()
  /** Runs that are being claimed: once the claim has landed they are here, and not yet in `#here`. */
  readonly #claiming = new Set<string>()
  /** How long the store took for the last claim, in ms. */
  #lastClaimMs = 0
  readonly #led = new Map<string, LedRun>()
  /** Aborts when records that are still unwritten are given up. */
  readonly #giveUp = createSharedAbort()

  constructor(deps: RunServiceDeps) {
    this.#deps = deps
    this.#starts = new DueStarts(deps.serverClock.ticking())
    this.#releases = new RunReleases(deps, this.#giveUp.signal)
    this.folds = new RunFolds(deps, this.#giveUp.signal)
  }

  /** A run that is about to be taken over or claimed outside of {@link claim} is here from now until `release`. */
  hold(runId: string): () => void {
    this.#claiming.add(runId)
    return () => this.#claiming.delete(runId)
  }

  /** Whether this process has the run in hand: it is claimed, waits, runs, or its record is on its way. */
  isHere(runId: string): boolean {
    return this.#here.has(runId) || this.#claiming.has(runId)
  }

  /** Everything that is in hand now. */
  get inHand(): readonly Promise<EndedRun>[] {
    return [...this.#here.values()]
  }

  /**
   * From now on only what was claimed already starts here, and only if it is due within `patienceMs`; the rest is handed
   * over. Resolves when nothing waits any more. What runs goes on.
   */
  close(patienceMs: number): Promise<void> {
    return this.#starts.close(patienceMs)
  }

  /**
   * The authority is about to end by its own will, and what works on it is to go on: 1 PUT each, and 1 for the member object.
   * What still waits for its instant starts first, if it is due within `patienceMs`, or is let go. What can't be kept ends
   * with the authority.
   */
  async keep(authority: Authority, patienceMs: number): Promise<void> {
    await this.#starts.settle(authority, patienceMs)
    const led = [...this.#led.values()].filter((each) => each.authority === authority)
    await mapParallel(led, KEPT_AT_ONCE, (each) => this.#keep(each))
  }

  /** Whether an attempt of the run is being made. */
  #works(runId: string): boolean {
    return this.#deps.executor.running().some((each) => each.runId === runId && each.phase === 'running')
  }

  async #keep({ authority, hangOn, jobName, run }: LedRun): Promise<void> {
    const { book, logger, presence } = this.#deps
    // What waits is let go of when the authority ends, and whoever leads next goes on with it.
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

  /** From now on what can't be written at once of a run's end is given up, and the run will count as lost. */
  abandonRecords(): void {
    this.#giveUp.abort()
  }

  /** Awaited before anything is claimed or taken over: 1 PUT for a member, once a heartbeat at most. */
  async show(authority: Authority): Promise<void> {
    if (authority.role === 'member') await this.#deps.presence.show()
  }

  /** The runs that the record names and that this process has neither in hand nor seen ended. */
  foreignRuns(name: string, record: JobRecord): OpenRun[] {
    const recorded = this.#deps.recorder.recorded(name)
    return record.running.filter((run) => run.verdict === null && !this.isHere(run.runId) && !recorded.has(run.runId))
  }

  /**
   * Claims one run by compare-and-swap. What is claimed counts as being here, and must be handed to {@link execute}.
   * @throws the store's error; then it is not known whether the claim landed, and nothing may start on it
   */
  async claim<Refusal>(name: string, request: ClaimRequest<Refusal>): Promise<ClaimOutcome<Refusal>> {
    const { book, clock, instance, random, serverClock, workerId } = this.#deps
    const { authority, gap, trigger } = request
    const runId = request.runId ?? random.id()
    await this.show(authority)
    const now = serverClock.sharedNow()
    const by = claimantOf(authority, { workerId, instance }, now)
    const fields = carriedFields(request.fields)
    const claim: RunClaim = { runId, tick: request.tick ?? now, trigger, ...by, fields }
    this.#claiming.add(runId)
    const askedAt = takeReading(clock)
    let isClaimed = false
    let isUnknown = true
    try {
      const updated = await book.update<Refusal | 'unknown-job' | 'given-up' | 'taken' | 'landed'>(
        name,
        (record) => {
          if (record === undefined) return { stop: 'unknown-job' }
          const earlier = record.running.find((run) => run.runId === runId)
          if (earlier !== undefined) return { stop: earlier.instance === instance ? 'landed' : 'taken' }
          // An earlier try had landed, and is over: the same run can't be claimed a second time.
          if (record.lost.includes(runId)) return { stop: 'given-up' }
          const refusal = request.refuse(record)
          if (refusal !== undefined) return { stop: refusal }
          const write = claimRun(record, { ...claim, leaseMs: this.#leaseOf(record, authority, gap, clock.now()) })
          return { write: request.also?.(write) ?? write }
        },
        authority.signal,
      )
      isUnknown = false
      if (updated.outcome === 'stopped' && updated.stop !== 'landed') return { outcome: 'refused', why: updated.stop }
      const run = updated.record?.running.find((open) => open.runId === runId)
      if (run === undefined || run.verdict !== null || updated.record === undefined)
        return { outcome: 'refused', why: 'given-up' }
      isClaimed = true
      this.#lastClaimMs = clock.monotonic() - askedAt.monotonic
      // Of one that had landed in an earlier try, it is not known in which.
      const sentAt = updated.outcome === 'written' ? updated.sentAt : askedAt
      return { outcome: 'claimed', run, record: updated.record, sentAt }
    } finally {
      const over = (): unknown => this.#claiming.delete(runId)
      // The caller of a run by hand is told that it did not start. A leader's other claims are its to resolve; a member that
      // lives is believed to be at them.
      if (isUnknown && (trigger === 'manual' || authority.role === 'member'))
        void this.#releases.disown(name, claim).finally(over)
      else if (!isClaimed) over()
    }
  }

  #leaseOf(record: JobRecord, { role }: Authority, gap: TickGap | undefined, now: number): number | undefined {
    const { leaderTrustedMs, leases } = this.#deps
    if (leases === undefined || gap === undefined || role !== 'leader') return undefined
    if (effectiveSpec(record).overlap === 'allow') return undefined
    return leaseOfRun(record.lastRun, gap, { lastClaimMs: this.#lastClaimMs, trustedMs: leaderTrustedMs }, now)
  }

  /** Runs what was claimed, or goes on with it after the failed attempt that it carries, and records the outcome. */
  execute(start: RunStart): Promise<EndedRun> {
    const { runId } = start.run
    const ended = this.#execute(start).finally(() => this.#here.delete(runId))
    // Most of those who start a run don't wait for its end.
    ended.catch((error: unknown) => this.#report(start, error))
    this.#here.set(runId, ended)
    this.#claiming.delete(runId)
    start.authority.onRun?.(ended)
    return ended
  }

  /** A run that could not be brought to its end is resolved as one whose process is gone. */
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
      const outcome = await this.#starts.start(given, ending.signal, () => this.#run(start, ending, guard, lease))
      // Its action is over: nothing has to be written any more to let it go on.
      lease?.leave()
      if (outcome === undefined || isHandedOver(outcome, start)) {
        if (run.trigger === 'manual') await this.#releases.withdraw(job.name, run)
        else await this.#releases.letGo(job.name, run, outcome?.attempts.at(-1))
        return undefined
      }
      const ended = recordOf(outcome, job.name, run)
      announceEnd(this.#deps, outcome, ended, run)
      const isRecorded = await this.#deps.recorder.recordEnded(ended, this.#giveUp.signal)
      // The next leader may have declared the run lost meanwhile.
      if (isRecorded && !authority.isTrusted()) await takeBackVerdict(this.#deps, ended, this.#giveUp.signal)
      // There is no other evidence that it ended.
      if (!this.#deps.recorder.keepsHistory) await this.folds.fold(job.name)
      this.#deps.onEnded(job.name)
      // Nobody who leads knows that it ended.
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

  async #run(
    start: DueRunStart,
    ending: AbortController,
    guard: ActionGuard,
    lease: RunLease | undefined,
  ): Promise<RunOutcome> {
    const { authority, job, run } = start
    const task = {
      key: job.name,
      runId: run.runId,
      action: (context: unknown) => guard.call(authority, ending, () => job.action(context as JobContext)),
      fields: this.#fields(start),
    }
    const outcome = await this.#deps.executor.run(task, runPolicy(this.#deps, start, ending.signal, lease))
    // The action of its last attempt was not called: others may be at it already.
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
