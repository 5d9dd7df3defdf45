import { toDate, type Logger, type Random } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { JobBook } from '../job/job-book.ts'
import { claimRun, judgeLost, withdrawRun } from '../job/job-changes.ts'
import { effectiveSpec, isActive, type JobRecord, type OpenRun } from '../job/job-record.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { ServerClock } from '../server-clock.ts'
import type { Authority } from './authority.ts'
import { claimantOf } from './claimant.ts'
import { recordOfVerdict } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'
import type { RunService } from './run-service.ts'

export interface LostRunsDeps {
  readonly book: JobBook
  readonly runs: RunService
  readonly recorder: RunRecorder
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  readonly random: Random
  readonly logger: Logger
  readonly workerId: string
  readonly instance: string
  readonly localJob: (name: string) => LocalJob | undefined
}

/** Whether a run may begin here, by the record that would be written. */
export type MayStart = (record: JobRecord) => boolean

/**
 * What is said of a run whose process is gone, and of which the history says nothing.
 *
 * With `onLost: 'retry'` another run makes up for it, **once**: that run says in the job's record for which one, and is lost for good
 * if its process goes away too. An action that ends its process would end one process after the other otherwise.
 */
export class LostRuns {
  readonly #deps: LostRunsDeps

  constructor(deps: LostRunsDeps) {
    this.#deps = deps
  }

  /** Says so in the job's record first, by compare-and-swap, and then in the history; starts what makes up for the run. */
  async declare(name: string, run: OpenRun, authority: Authority, mayStart: MayStart): Promise<void> {
    const { book, events, instance, localJob, logger, random, recorder, runs, serverClock, workerId } = this.#deps
    const reason = `its process (${run.workerId}) went away before it ended`
    const job = localJob(name)
    const again = {
      ...run,
      runId: random.id(),
      makesUpFor: run.runId,
      leaseMs: undefined,
      ...claimantOf(authority, { workerId, instance }, serverClock.sharedNow()),
    }
    await runs.show(authority)
    const letGo = runs.hold(again.runId)
    try {
      const judged = await book.update(
        name,
        (record) => {
          if (!isStill(record, run)) return { stop: 'gone' }
          const lost = judgeLost(record, run.runId, reason, serverClock.sharedNow())
          // Both in one write: a crash must not come between the verdict and the run that makes up for it.
          if (job === undefined || !isMadeUpFor(record, run)) return { write: lost }
          return mayStart(record) ? { write: claimRun(lost, again) } : { stop: 'not now' }
        },
        authority.signal,
      )
      if (judged.outcome !== 'written') return
      logger.warn(`run '${run.runId}' of job '${name}' is lost: ${reason}`)
      const scheduledTime = toDate(run.tick)
      events.announce('plg:scheduler:job-lost', { jobName: name, runId: run.runId, scheduledTime, reason })
      const { record } = judged
      const second = record.running.find((open) => open.runId === again.runId)
      if (second !== undefined && job !== undefined) void runs.execute({ job, run: second, record, authority })
      const lost = record.running.find((open) => open.runId === run.runId)
      if (lost?.verdict == null) return
      // What may start now does not wait for it. It counts as being here, so that nobody writes it a second time.
      const recorded = runs.hold(run.runId)
      void recorder.record(recordOfVerdict(lost.verdict, name, lost), authority.signal).finally(recorded)
    } finally {
      letGo()
    }
  }

  /**
   * Lets the job's record forget a run of which nothing can be known any more. It is neither counted as lost nor made up for:
   * a run that ended well, and whose record was deleted before it was folded, looks the same.
   */
  async forget(name: string, run: OpenRun, { signal }: Authority): Promise<void> {
    const { book, logger } = this.#deps
    const forgotten = await book.update(
      name,
      (record) => (isStill(record, run) ? { write: withdrawRun(record, run) } : { stop: 'gone' }),
      signal,
    )
    if (forgotten.outcome !== 'written') return
    const at = toDate(run.tick).toISOString()
    logger.error(
      `what became of run '${run.runId}' of job '${name}', due at ${at}, is not known: its record is not in the history, and may ` +
        'have been deleted since. It is not run again. No lifecycle rule should delete records before historyRetention does',
    )
  }
}

/** A run that makes up for a lost one is not made up for, nor one whose context went away with its process. */
function isMadeUpFor(record: JobRecord, run: OpenRun): boolean {
  const isWanted = effectiveSpec(record).onLost === 'retry' && isActive(record)
  return isWanted && run.makesUpFor === undefined && run.fields !== null
}

/** Whether the record still says of the run what was looked at: a run that was kept has another role, and hangs on something else. */
export function isStill(record: JobRecord | undefined, run: OpenRun): record is JobRecord {
  const open = record?.running.find((each) => each.runId === run.runId)
  return open !== undefined && claimOf(open) === claimOf(run) && open.role === run.role && open.verdict === null
}

/** A run as one process has it: whoever takes it over gets another fence, and one that goes on has no lease of its own. */
export function claimOf({ fence, leaseMs, runId }: OpenRun): string {
  return `${runId} ${fence} ${leaseMs ?? ''}`
}
