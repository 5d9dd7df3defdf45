import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import { effectiveSpec, type OpenRun } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import { hasSuccessor } from '../definitions/has-successor.ts'
import { announceEnd } from './announce-end.ts'
import { announcePause } from './announce-pause.ts'
import { InsistentUpdates } from './insistent-updates.ts'
import { RunEnd, type RunEndHost } from './run-end.ts'
import type { OutcomeMaker, RunOutcomes } from '../run-outcomes.ts'
import { describeFound, describeRun, recordOf } from './run-report.ts'
import type { RunReleases } from './run-releases.ts'
import type { RunStart } from './run-start.ts'
import type { RunTenure } from './run-tenure.ts'

type Env = Pick<EngineEnv, 'clock' | 'events' | 'logger' | 'random'>

export interface RunEndsDeps {
  readonly records: RecordCache
  readonly outcomes: OutcomeMaker
  readonly releases: RunReleases
  /**
   * Tells that no write of this instance is to come within `recordWithin`: no tick is due, and no run is in hand.
   * @param ended - the number of runs in hand whose ends are on their way into the pages
   */
  readonly isQuiet: (ended: number) => boolean
  /** Called when the end of a run is written. Must not throw. @param isKept - the leader does not know of the end */
  readonly onEnded: (jobName: string, isKept: boolean) => void
}

/**
 * Writes the fate of a run in this process: its end, or its release.
 *
 * The end of a run goes into the job's record and into the history in one write, and may wait for other writes of the
 * same page: in the steady state the ends of this minute travel with the claims of the next. A process that dies in
 * between leaves a run that counts as lost. So the end is written at once where somebody waits for it, or where a lost
 * run is run again; and all waiting ends are written once no other write is to come.
 */
export class RunEnds {
  readonly #env: Env
  readonly #deps: RunEndsDeps
  readonly #recordWithinMs: number
  readonly #giveUp: AbortSignal
  readonly #updates: InsistentUpdates
  /** The ends whose large parts are being written. */
  readonly #preparing = new Set<Promise<RunOutcomes>>()
  /** The ends on their way into the pages: they wait, are being written, or are tried again. */
  readonly #underWay = new Set<RunEnd>()
  readonly #host: RunEndHost = {
    written: (end) => this.#written(end),
    failed: (end, error) => void this.#insist(end, error),
  }
  #isHurried = false

  /** @param giveUp - aborts when unwritten ends are given up */
  constructor(env: Env, deps: RunEndsDeps, recordWithinMs: number, giveUp: AbortSignal) {
    this.#env = env
    this.#deps = deps
    this.#recordWithinMs = recordWithinMs
    this.#giveUp = giveUp
    this.#updates = new InsistentUpdates({ ...env, ...deps }, giveUp)
  }

  /** From now on no end waits for other writes, or for long after a failure. */
  hurry(): void {
    this.#isHurried = true
    this.#updates.hurry()
    this.#deps.releases.hurry()
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
  async handOver(jobName: string, run: OpenRun, outcome: RunOutcome | undefined, delayMs: number): Promise<void> {
    const { releases } = this.#deps
    if (run.trigger === 'manual') return releases.withdraw(jobName, run)
    const last = outcome?.attempts.at(-1)
    await releases.release(jobName, run, last, delayMs)
    const attempts = last?.attempt ?? run.retry?.attempt ?? 0
    this.#env.events.announce('plg:scheduler:job-released', { ...describeRun(jobName, run), attempts })
  }

  /** Announces the end of a run. @returns the record of the end, still to be written */
  announce(jobName: string, run: OpenRun, outcome: RunOutcome): RunRecord {
    const ended = recordOf(outcome, jobName, run)
    announceEnd(this.#env, outcome, ended, run)
    return ended
  }

  /**
   * Writes the end, through store outages of any length. Never throws.
   * @param tenure - its run lease is left once the end needs no more than the write of the page
   * @param over - called once, when the end is written or given up; must not throw
   */
  write(start: RunStart, ended: RunRecord, tenure: Pick<RunTenure, 'isKept' | 'lease'>, over: () => void): void {
    const { isKept, lease } = tenure
    const withinMs = isKept || this.#isUrgent(start) ? 0 : this.#recordWithinMs
    const end = new RunEnd(this.#host, { start, ended, isKept, withinMs, over })
    const submit = (outcome: RunOutcomes): void => {
      lease?.leave()
      end.outcome = outcome
      this.#underWay.add(end)
      this.#deps.records.submit(start.job.name, end, { signal: this.#giveUp, withinMs })
      // After an end that is written at once, too: others may have waited for the end of this run.
      if (this.#deps.isQuiet(this.#underWay.size)) this.#deps.records.hurry()
    }
    let prepared: RunOutcomes | Promise<RunOutcomes>
    try {
      prepared = this.#deps.outcomes.prepare(ended, this.#giveUp)
    } catch (error) {
      return end.failed(error)
    }
    if (!(prepared instanceof Promise)) return submit(prepared)
    this.#preparing.add(prepared)
    const isPrepared = (): void => void this.#preparing.delete(prepared)
    void prepared.then(submit, (error: unknown) => end.failed(error)).then(isPrepared)
  }

  #written(end: RunEnd): void {
    const { facts, isFound, isResumed, paused } = end
    const { ended, isKept, start } = facts
    const { job, run } = start
    // The leader that declared the run lost does not know of the end, and no leader knows of ticks that are due again.
    this.#deps.onEnded(job.name, isKept || isFound || isResumed)
    if (isFound) this.#env.events.announce('plg:scheduler:job-found', describeFound(job.name, run, ended.status))
    if (paused !== undefined) announcePause(this.#env, job.name, paused)
    this.#over(end)
  }

  #over(end: RunEnd): void {
    this.#underWay.delete(end)
    end.facts.over()
  }

  async #insist(end: RunEnd, error: unknown): Promise<void> {
    const { ended, start, withinMs } = end.facts
    const { job, run } = start
    this.#underWay.add(end)
    const trouble = {
      message: `the end of run '${run.runId}' of job '${job.name}' could not be written`,
      givenUp: 'it will count as lost',
    }
    const again = async (): Promise<void> => {
      end.outcome = await this.#deps.outcomes.prepare(ended, this.#giveUp)
      await this.#deps.records.update(job.name, (record) => end.change(record), this.#giveUp, withinMs)
    }
    if (await this.#updates.insistAfter(error, again, trouble)) this.#written(end)
    else this.#over(end)
  }

  #isUrgent({ authority, job, record, run }: RunStart): boolean {
    // Other members decide about the next tick, and only the record tells them that the run is over.
    if (this.#isHurried || authority.role === 'member' || run.trigger === 'manual') return true
    return effectiveSpec(record).onLost === 'retry' || hasSuccessor(this.#deps.records, job.name)
  }
}
