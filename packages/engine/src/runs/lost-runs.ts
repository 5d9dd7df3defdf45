import { toDate } from '@s3sched/kernel'
import {
  claimRun,
  effectiveSpec,
  isActive,
  type JobRecord,
  judgeLost,
  type LocalJob,
  type OpenRun,
  pauseBetween,
  type PausedFor,
} from '@s3sched/jobs'
import type { RecordCache, SignOf } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import { announcePause } from './announce-pause.ts'
import type { Authority } from './authority.ts'
import { claimantOf } from './claimant.ts'
import { lostReason } from './lost-reason.ts'
import { recordOfVerdict } from './run-report.ts'
import type { OutcomeMaker } from '../run-outcomes.ts'
import type { RunService } from './run-service.ts'

type Env = Pick<EngineEnv, 'events' | 'logger' | 'random' | 'self' | 'serverClock'>

export interface LostRunsDeps {
  readonly records: Pick<RecordCache, 'update'>
  /** The jobs with an action in this process. */
  readonly jobs: ReadonlyMap<string, LocalJob>
  readonly outcomes: OutcomeMaker
  readonly runs: RunService
}

/** Decides if a run may begin here, given the record about to be written. */
export type MayStart = (record: JobRecord) => boolean

/** The questions of a verdict to the record and the page about to be written. */
export interface LostChecks {
  readonly mayStart: MayStart
  /** False when the run's process has given a sign since the verdict was decided. */
  readonly isOver: (signOf: SignOf) => boolean
}

/**
 * Declares runs lost: their process is gone, and did not write their end.
 *
 * With `onLost: 'retry'` another run makes up for a lost run, **once**: the job's record notes which run the new run
 * makes up for, and the new run is lost for good if its process dies too. Otherwise an action fatal to its process
 * would kill all processes in turn.
 */
export class LostRuns {
  readonly #env: Env
  readonly #deps: LostRunsDeps

  constructor(env: Env, deps: LostRunsDeps) {
    this.#env = env
    this.#deps = deps
  }

  /**
   * Writes the verdict into the job's record and the history, in one write, and starts the run that makes up for the
   * lost run.
   */
  async declare(name: string, run: OpenRun, authority: Authority, { isOver, mayStart }: LostChecks): Promise<void> {
    const { events, logger, random, self, serverClock } = this.#env
    const { jobs, outcomes, records, runs } = this.#deps
    const decidedAt = serverClock.sharedNow()
    const reason = lostReason(run, decidedAt)
    const verdict = { status: 'lost', reason, decidedAt, from: run.tick, to: run.tick, count: 1 } as const
    const ended = recordOfVerdict(verdict, name, run)
    const outcome = await outcomes.prepare(ended, authority.signal)
    const job = jobs.get(name)
    const again = {
      ...run,
      runId: random.id(),
      makesUpFor: run.runId,
      wasLost: undefined,
      leaseMs: undefined,
      kept: undefined,
      ...claimantOf(authority, self, serverClock.sharedNow()),
    }
    await runs.claims.show(authority)
    const drop = runs.inHand.hold(again.runId)
    let paused: PausedFor | undefined
    try {
      const judged = await records.update(
        name,
        (record, signOf) => {
          if (!isStill(record, run) || !isOver(signOf)) return { stop: 'gone' }
          const isTriedAgain = job !== undefined && isMadeUpFor(record, run)
          const lost = judgeLost(record, ended, isTriedAgain)
          paused = pauseBetween(record, lost)
          // Both in one write: no crash can come between the verdict and the run that makes up for the lost run.
          if (!isTriedAgain) return { write: lost, outcomes: outcome }
          return mayStart(record) ? { write: claimRun(lost, again), outcomes: outcome } : { stop: 'not now' }
        },
        authority.signal,
      )
      if (judged.outcome !== 'written') return
      logger.warn(`run '${run.runId}' of job '${name}' is lost: ${reason}`)
      const scheduledTime = toDate(run.tick)
      events.announce('plg:scheduler:job-lost', { jobName: name, runId: run.runId, scheduledTime, reason })
      if (paused !== undefined) announcePause(this.#env, name, paused)
      const { record } = judged
      const second = record.running.find((open) => open.runId === again.runId)
      if (second !== undefined && job !== undefined) runs.execute({ job, run: second, record, authority })
    } finally {
      drop()
    }
  }
}

/** Not made up for: a run that itself makes up for a lost run, and a run whose context fields died with its process. */
function isMadeUpFor(record: JobRecord, run: OpenRun): boolean {
  const isWanted = effectiveSpec(record).onLost === 'retry' && isActive(record)
  return isWanted && run.makesUpFor === undefined && run.fields !== null
}

/**
 * True if the record still has the run as examined: a kept run has another role, and depends on the member instead of
 * the leader.
 */
export function isStill(record: JobRecord | undefined, run: OpenRun): record is JobRecord {
  const open = record?.running.find((each) => each.runId === run.runId)
  return open !== undefined && claimOf(open) === claimOf(run)
}

/**
 * Identifies a process's hold on a run: a takeover changes the fence, and a process that keeps the run after a time
 * without a sign counts it.
 */
export function claimOf({ fence, kept = 0, leaseMs, role, runId }: OpenRun): string {
  return `${runId} ${fence} ${role} ${leaseMs ?? ''} ${kept}`
}
