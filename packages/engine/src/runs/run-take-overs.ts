import type { Logger } from '@s3sched/kernel'
import type { ServerClock } from '@s3sched/store'
import { type JobBook, type LocalJob, type OpenRun, type PendingRetry, takeOver } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import { claimantOf } from './claimant.ts'
import { restOfBackoffMs } from './decide-recovery.ts'
import { isStill, type MayStart } from './lost-runs.ts'
import type { RunService } from './run-service.ts'

export interface TakeOverDeps {
  readonly book: Pick<JobBook, 'update'>
  readonly runs: RunService
  readonly serverClock: ServerClock
  readonly logger: Logger
  readonly workerId: string
  readonly instance: string
}

/** A run that waits for its next attempt, and that no process has. */
export interface WaitingRun {
  readonly job: LocalJob
  readonly run: OpenRun
  readonly retry: PendingRetry
}

/** Takes a waiting run over by compare-and-swap (1 PUT), and goes on with its next attempt. */
export async function takeOverRun(
  deps: TakeOverDeps,
  { job, retry, run }: WaitingRun,
  authority: Authority,
  mayStart: MayStart,
): Promise<void> {
  const { book, logger, runs, serverClock } = deps
  const { name } = job
  const by = claimantOf(authority, deps, serverClock.sharedNow())
  await runs.claims.show(authority)
  const letGo = runs.inHand.hold(run.runId)
  try {
    const taken = await book.update(
      name,
      (record) =>
        isStill(record, run) && mayStart(record) ? { write: takeOver(record, run.runId, by) } : { stop: 'not now' },
      authority.signal,
    )
    const mine = taken.record?.running.find((open) => open.runId === run.runId)
    if (taken.outcome !== 'written' || mine === undefined) return
    logger.info(`goes on with run '${run.runId}' of job '${name}' after attempt ${retry.attempt}`)
    const notBeforeMs = restOfBackoffMs(retry, serverClock.lowerBound())
    void runs.execute({ job, run: mine, record: taken.record, authority, notBeforeMs })
  } finally {
    letGo()
  }
}
