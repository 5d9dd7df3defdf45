import type { RunOutcome } from '@s3sched/executor'
import { effectiveSpec } from '@s3sched/jobs'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { MemberHeartbeat } from '../presence/member-heartbeat.ts'
import type { DueStart, DueStarts } from '../pace/due-starts.ts'
import type { LateRuns } from '../pace/late-runs.ts'
import type { Authority } from './authority.ts'
import { isHandedOver } from './handed-over.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { RunAttempts } from './run-attempts.ts'
import type { RunEnds } from './run-ends.ts'
import type { RunLeases } from './run-leases.ts'
import type { EndedRun } from './ended-run.ts'
import type { DueRunStart, RunStart } from './run-start.ts'
import { RunTenure, type RunTenureDeps } from './run-tenure.ts'
import { startOfRun } from './start-of-run.ts'

export interface RunExecutionDeps {
  readonly attempts: RunAttempts
  readonly ends: RunEnds
  readonly kept: KeptRuns
  readonly lateRuns: Pick<LateRuns, 'ended'>
  /** `undefined` where no other instance would look for a run lease: the run then depends on its leader's lease. */
  readonly leases: RunLeases | undefined
  readonly presence: MemberHeartbeat
  readonly schedules: Pick<ScheduleCache, 'show'>
  readonly starts: DueStarts
}

/** The stay of a run in the process. One is called, once. Must not throw. */
export interface RunStay {
  /** @param ended - `undefined` after a release */
  over(ended: EndedRun): void
  /** The end of the run can't be written; the run is resolved later like a run whose process is gone. */
  failed(error: unknown): void
}

/** Executes claimed runs. */
export class RunExecution {
  readonly #deps: RunExecutionDeps
  readonly #ofTenures: RunTenureDeps

  constructor(deps: RunExecutionDeps) {
    const { kept, leases, presence } = deps
    this.#deps = deps
    this.#ofTenures = {
      presence,
      leases,
      isWorking: (start) => kept.isWorking(start),
      keepOn: (led) => kept.keepOn(led),
    }
  }

  /** Brings a run to its end, which `stay` is told. */
  begin(asked: RunStart, stay: RunStay): void {
    const { schedules, starts } = this.#deps
    const { authority, fields, job, notBeforeMs, record, run } = asked
    try {
      const startAt = startOfRun(asked, schedules)
      const start: DueRunStart = { job, run, record, authority, notBeforeMs, fields, startAt }
      const open = new RunUnderWay(this.#deps, start, new RunTenure(this.#ofTenures, start), stay)
      const isTurn = starts.turnOf(open, open.tenure.ending)
      if (isTurn !== undefined) open.start(isTurn)
    } catch (error) {
      stay.failed(error)
    }
  }
}

type RunUnderWayDeps = Pick<RunExecutionDeps, 'attempts' | 'ends' | 'kept' | 'lateRuns'>

/**
 * A claimed run in this process, to the written end or to the release. A run that waits for its instant is no more than
 * this object and its tenure: ten thousand runs may wait at a time.
 */
class RunUnderWay implements DueStart {
  readonly tenure: RunTenure
  readonly #deps: RunUnderWayDeps
  readonly #start: DueRunStart
  readonly #stay: RunStay

  constructor(deps: RunUnderWayDeps, start: DueRunStart, tenure: RunTenure, stay: RunStay) {
    this.#deps = deps
    this.#start = start
    this.tenure = tenure
    this.#stay = stay
    deps.kept.enter(start, tenure)
  }

  get authority(): Authority {
    return this.#start.authority
  }

  get runId(): string {
    return this.#start.run.runId
  }

  get fence(): number {
    return this.#start.run.fence
  }

  get startAt(): number | undefined {
    return this.#start.startAt
  }

  /** In a job whose runs don't overlap, the runs that were claimed before. */
  get behind(): readonly string[] {
    const { record, run } = this.#start
    if (record.running.length < 2 || effectiveSpec(record).overlap === 'allow') return []
    return record.running.filter(({ fence }) => fence < run.fence).map(({ runId }) => runId)
  }

  /** Called instead of {@link turn} where the run has not waited. */
  start(isTurn: boolean): void {
    void this.#live(isTurn, false)
  }

  turn(isTurn: boolean): void {
    void this.#live(isTurn, true)
  }

  async #live(isTurn: boolean, hasWaited: boolean): Promise<void> {
    const { tenure } = this
    const { attempts, ends } = this.#deps
    const { job, run } = this.#start
    try {
      let outcome: RunOutcome | undefined
      let delayMs = 0
      if (isTurn) {
        const own = attempts.policyOf(this.#start, tenure, hasWaited)
        outcome = begun(await attempts.run(this.#start, tenure, own), tenure)
        delayMs = own.delayMs
      }
      if (outcome === undefined || isHandedOver(outcome, this.#start, tenure.authority)) {
        await ends.handOver(job.name, run, outcome, delayMs)
        return this.#over(undefined)
      }
      const ended = { outcome, record: ends.announce(job.name, run, outcome) }
      ends.write(this.#start, ended.record, tenure, () => this.#over(ended))
    } catch (error) {
      this.#leave()
      this.#stay.failed(error)
    }
  }

  #over(ended: EndedRun): void {
    this.#leave()
    this.#stay.over(ended)
  }

  #leave(): void {
    const { kept, lateRuns } = this.#deps
    const { job, run } = this.#start
    kept.leave(run.runId)
    lateRuns.ended(job.name, run.runId)
    this.tenure.leave()
  }
}

/**
 * An action that was not called is no attempt: other processes may be executing the action already. Only the last attempt
 * can be one without a call.
 */
function begun(outcome: RunOutcome, tenure: RunTenure): RunOutcome {
  return tenure.hasBegun ? outcome : { ...outcome, attempts: outcome.attempts.slice(0, -1) }
}
