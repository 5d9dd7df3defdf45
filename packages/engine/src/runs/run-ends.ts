import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import { pageOutcome, type PageOutcome } from '@s3sched/history/segments'
import {
  effectiveSpec,
  endRun,
  type JobRecord,
  type OpenRun,
  pauseBetween,
  type PausedFor,
  type RecordCache,
  type RecordChange,
} from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import { hasSuccessor } from '../leader/has-successor.ts'
import { announceEnd } from './announce-end.ts'
import { announcePause } from './announce-pause.ts'
import { InsistentUpdates } from './insistent-updates.ts'
import type { OutcomeMaker, RunOutcomes } from './run-outcomes.ts'
import { describeFound, recordOf } from './run-report.ts'
import type { RunReleases } from './run-releases.ts'
import type { RunStart } from './run-start.ts'
import type { RunTenure } from './run-tenure.ts'

type Env = Pick<EngineEnv, 'clock' | 'events' | 'logger' | 'random'>

export interface RunEndsDeps {
  readonly records: RecordCache
  readonly outcomes: OutcomeMaker
  readonly releases: RunReleases
  /** Called when the end of a run is written. Must not throw. @param isKept - the leader does not know of the end */
  readonly onEnded: (jobName: string, isKept: boolean) => void
}

/** The end of a run on its way into the bucket. */
interface RunEnd {
  readonly start: RunStart
  readonly ended: RunRecord
  readonly tenure: Pick<RunTenure, 'lease'>
  /** How long the write may wait for others, in ms. */
  readonly withinMs: number
  /** True if others have declared the run lost, by the last decision about the change, which is the one that counts. */
  isFound: boolean
  /** Why the end pauses the job, by the same decision. */
  paused: PausedFor | undefined
  /** True if the end takes back a pause of the job, by the same decision. */
  isResumed: boolean
}

/**
 * Writes the fate of a run in this process: its end, or its release.
 *
 * The end of a run goes into the job's record and into the history in one write, and may wait for other writes of the
 * same page: in the steady state the ends of this minute travel with the claims of the next. A process that dies in
 * between leaves a run that counts as lost. So the end is written at once where somebody waits for it, or where a lost
 * run is run again.
 */
export class RunEnds {
  readonly #env: Env
  readonly #deps: RunEndsDeps
  readonly #recordWithinMs: number
  readonly #giveUp: AbortSignal
  readonly #updates: InsistentUpdates
  /** The ends whose large parts are being written. */
  readonly #preparing = new Set<Promise<RunOutcomes>>()
  #isHurried = false

  /** @param giveUp - aborts when unwritten ends are given up */
  constructor(env: Env, deps: RunEndsDeps, recordWithinMs: number, giveUp: AbortSignal) {
    this.#env = env
    this.#deps = deps
    this.#recordWithinMs = recordWithinMs
    this.#giveUp = giveUp
    this.#updates = new InsistentUpdates({ ...env, ...deps }, giveUp)
  }

  /** From now on no end waits for other writes. */
  hurry(): void {
    this.#isHurried = true
    void this.#deps.records.drain()
  }

  /** Writes the ends known by now, which may wait for other writes. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#preparing)
    await this.#deps.records.drain()
  }

  /**
   * A run told to end while waiting for its first or next attempt leaves no record in the history: the job's record says
   * that the run was released, and the next leader goes on with the run. A run by hand is withdrawn.
   * @param delayMs - how long the next attempt is to be put off
   */
  handOver(jobName: string, run: OpenRun, outcome: RunOutcome | undefined, delayMs: number): Promise<void> {
    const { releases } = this.#deps
    if (run.trigger === 'manual') return releases.withdraw(jobName, run)
    return releases.release(jobName, run, outcome?.attempts.at(-1), delayMs)
  }

  /** Announces the end of a run. @returns the record of the end, still to be written */
  announce(jobName: string, run: OpenRun, outcome: RunOutcome): RunRecord {
    const ended = recordOf(outcome, jobName, run)
    announceEnd(this.#env, outcome, ended, run)
    return ended
  }

  /**
   * Writes the end, through store outages of any length. Never rejects.
   * @param tenure - its run lease is left once the end needs no more than the write of the page
   */
  async write(start: RunStart, ended: RunRecord, tenure: Pick<RunTenure, 'isKept' | 'lease'>): Promise<void> {
    const { job, run } = start
    const { isKept } = tenure
    const withinMs = isKept || this.#isUrgent(start) ? 0 : this.#recordWithinMs
    const end: RunEnd = { start, ended, tenure, withinMs, isFound: false, paused: undefined, isResumed: false }
    let isWritten = true
    try {
      await this.#try(end)
    } catch (error) {
      const trouble = {
        message: `the end of run '${run.runId}' of job '${job.name}' could not be written`,
        givenUp: 'it will count as lost',
      }
      isWritten = await this.#updates.insistAfter(error, () => this.#try(end), trouble)
    }
    if (!isWritten) return
    // The leader that declared the run lost does not know of the end, and no leader knows of ticks that are due again.
    this.#deps.onEnded(job.name, isKept || end.isFound || end.isResumed)
    if (end.isFound) this.#env.events.announce('plg:scheduler:job-found', describeFound(job.name, run, ended.status))
    if (end.paused !== undefined) announcePause(this.#env, job.name, end.paused)
  }

  /** @throws S3SchedError `INVALID_RECORD`, at once; the errors of a write, by the promise */
  #try(end: RunEnd): Promise<unknown> {
    const prepared = this.#deps.outcomes.prepare(end.ended, this.#giveUp)
    return prepared instanceof Promise ? this.#writePrepared(end, prepared) : this.#writeEnd(end, prepared)
  }

  async #writePrepared(end: RunEnd, prepared: Promise<RunOutcomes>): Promise<void> {
    await this.#writeEnd(end, await this.#prepared(prepared))
  }

  #writeEnd(end: RunEnd, outcome: RunOutcomes): Promise<unknown> {
    const { ended, start, tenure, withinMs } = end
    const { job, run } = start
    tenure.lease?.leave()
    const change = (record: JobRecord | undefined): RecordChange<'gone' | 'taken over'> => {
      end.isFound = isJudged(record, run.runId)
      const decided = endOf(record, { ended, outcome, run })
      const written = record !== undefined && 'write' in decided ? decided.write : undefined
      end.paused = record === undefined || written === undefined ? undefined : pauseBetween(record, written)
      end.isResumed = record?.paused === true && written?.paused === false
      return decided
    }
    return this.#deps.records.update(job.name, change, this.#giveUp, withinMs)
  }

  async #prepared(prepared: Promise<RunOutcomes>): Promise<RunOutcomes> {
    this.#preparing.add(prepared)
    try {
      return await prepared
    } finally {
      this.#preparing.delete(prepared)
    }
  }

  #isUrgent({ authority, job, record, run }: RunStart): boolean {
    // Other members decide about the next tick, and only the record tells them that the run is over.
    if (this.#isHurried || authority.role === 'member' || run.trigger === 'manual') return true
    return effectiveSpec(record).onLost === 'retry' || hasSuccessor(this.#deps.records, job.name)
  }
}

/** True for a run that others have declared lost, and that was not opened again. */
function isJudged(record: JobRecord | undefined, runId: string): boolean {
  return record?.lost.includes(runId) === true && !record.running.some((open) => open.runId === runId)
}

function endOf(
  record: JobRecord | undefined,
  { ended, outcome, run }: { readonly ended: RunRecord; readonly outcome: RunOutcomes; readonly run: OpenRun },
): RecordChange<'gone' | 'taken over'> {
  if (record === undefined) return { stop: 'gone' }
  const next = endRun(record, ended, run.fence)
  if (next === undefined) return { stop: 'taken over' }
  // The verdict may be in a segment by now, and readers of the end alone must know of the verdict.
  const open = record.running.find(({ runId }) => runId === ended.runId)
  const wasLost = open?.wasLost === true || record.lost.includes(ended.runId)
  return { write: next, outcomes: wasLost ? outcome?.map(markLost) : outcome }
}

function markLost({ run }: PageOutcome): PageOutcome {
  return pageOutcome({ ...run, wasLost: true })
}
