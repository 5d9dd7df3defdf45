import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { MemberHeartbeat } from '../leader/member-heartbeat.ts'
import type { DueStarts } from '../pace/due-starts.ts'
import type { LateRuns } from '../pace/late-runs.ts'
import { isHandedOver } from './handed-over.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { RunAttempts } from './run-attempts.ts'
import type { RunEnds } from './run-ends.ts'
import type { RunLeases } from './run-leases.ts'
import type { NextWait } from './run-policy.ts'
import type { EndedRun } from './ended-run.ts'
import type { RunStart } from './run-start.ts'
import { RunTenure } from './run-tenure.ts'
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

  constructor(deps: RunExecutionDeps) {
    this.#deps = deps
  }

  /** @throws when the end of the run can't be written; the run is resolved later like a run whose process is gone */
  async run(asked: RunStart): Promise<EndedRun> {
    const { attempts, ends, kept, lateRuns, leases, presence, schedules, starts } = this.#deps
    const { job, run } = asked
    const given = { ...asked, startAt: startOfRun(asked, schedules) }
    const tenure = new RunTenure(
      { presence, leases, isWorking: (runId) => kept.isWorking(runId), keepOn: (led) => kept.keepOn(led) },
      given,
    )
    const start = { ...given, authority: tenure.authority }
    const wait: NextWait = { delayMs: 0 }
    kept.enter(given, tenure)
    try {
      const outcome = await starts.start(given, tenure.ending, () => attempts.run(start, tenure, wait))
      if (outcome === undefined || isHandedOver(outcome, start)) {
        await ends.handOver(job.name, run, outcome, wait.delayMs)
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
