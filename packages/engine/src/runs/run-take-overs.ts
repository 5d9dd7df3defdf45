import { type LocalJob, type OpenRun, type PendingRetry, takeOver } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import { afterStep } from '@s3sched/store'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from './authority.ts'
import { claimantOf } from './claimant.ts'
import { restOfBackoffMs } from './decide-recovery.ts'
import { isStill, type MayStart } from './lost-runs.ts'
import type { RunService } from './run-service.ts'

type Env = Pick<EngineEnv, 'logger' | 'self' | 'serverClock'>

export interface RunTakeOversDeps {
  readonly records: Pick<RecordCache, 'update'>
  readonly runs: RunService
}

/** A run that waits for its next attempt, and that no process has. */
export interface WaitingRun {
  readonly job: LocalJob
  readonly run: OpenRun
  readonly retry: PendingRetry
}

/** Goes on with runs that wait for their next attempt. */
export class RunTakeOvers {
  readonly #env: Env
  readonly #deps: RunTakeOversDeps

  constructor(env: Env, deps: RunTakeOversDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Takes a waiting run over by compare-and-swap (1 PUT), and goes on with its next attempt. */
  async takeOver({ job, retry, run }: WaitingRun, authority: Authority, mayStart: MayStart): Promise<void> {
    const { logger, self, serverClock } = this.#env
    const { records, runs } = this.#deps
    const { name } = job
    const by = claimantOf(authority, self, serverClock.sharedNow())
    await runs.claims.show(authority)
    const over = runs.inHand.hold(run.runId)
    try {
      const taken = await records.update(
        name,
        (record) =>
          isStill(record, run) && mayStart(record) ? { write: takeOver(record, run.runId, by) } : { stop: 'not now' },
        authority.signal,
      )
      const mine = taken.record?.running.find((open) => open.runId === run.runId)
      if (taken.outcome !== 'written' || mine === undefined) return
      logger.info(`goes on with run '${run.runId}' of job '${name}' after attempt ${retry.attempt}`)
      const notedAt = afterStep(retry.notedAt, serverClock.step())
      const notBeforeMs = restOfBackoffMs({ ...retry, notedAt }, serverClock.lowerBound())
      runs.execute({ job, run: mine, record: taken.record, authority, notBeforeMs })
    } finally {
      over()
    }
  }
}
