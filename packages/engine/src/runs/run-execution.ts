import type { RunOutcome } from '@s3sched/executor'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { MemberHeartbeat } from '../leader/member-heartbeat.ts'
import type { DueStarts } from '../pace/due-starts.ts'
import type { LateRuns } from '../pace/late-runs.ts'
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

/** A claimed run, from the start to the written end or to the release. */
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

  /** @throws when the end of the run can't be written; the run is resolved later like a run whose process is gone */
  async run(asked: RunStart): Promise<EndedRun> {
    const { attempts, ends, kept, lateRuns, schedules, starts } = this.#deps
    const { authority, fields, job, notBeforeMs, record: claimed, run } = asked
    const startAt = startOfRun(asked, schedules)
    const start: DueRunStart = { job, run, record: claimed, authority, notBeforeMs, fields, startAt }
    const tenure = new RunTenure(this.#ofTenures, start)
    kept.enter(start, tenure)
    try {
      const turn = starts.turnOf(start, tenure.ending)
      let outcome: RunOutcome | undefined
      let delayMs = 0
      if (turn === true || (turn !== false && (await turn))) {
        const own = attempts.policyOf(start, tenure)
        outcome = begun(await attempts.run(start, tenure, own), tenure)
        delayMs = own.delayMs
      }
      if (outcome === undefined || isHandedOver(outcome, start, tenure.authority)) {
        await ends.handOver(job.name, run, outcome, delayMs)
        return undefined
      }
      const record = ends.announce(job.name, run, outcome)
      await ends.write(start, record, tenure)
      return { outcome, record }
    } finally {
      kept.leave(run.runId)
      lateRuns.ended(job.name, run.runId)
      tenure.leave()
    }
  }
}

/**
 * An action that was not called is no attempt: other processes may be executing the action already. Only the last attempt
 * can be one without a call.
 */
function begun(outcome: RunOutcome, tenure: RunTenure): RunOutcome {
  return tenure.hasBegun ? outcome : { ...outcome, attempts: outcome.attempts.slice(0, -1) }
}
