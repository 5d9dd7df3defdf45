import type { RunOutcome } from '@s3sched/executor'
import type { RunRecord } from '@s3sched/history'
import type { RecordCache, OpenRun } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import { announceEnd } from './announce-end.ts'
import type { RunFolds } from './run-folds.ts'
import { recordOf } from './run-report.ts'
import type { RunRecorder } from './run-recorder.ts'
import type { RunReleases } from './run-releases.ts'
import { takeBackVerdict } from './take-back-verdict.ts'

type Env = Pick<EngineEnv, 'events' | 'logger'>

export interface RunEndsDeps {
  readonly records: RecordCache
  readonly recorder: RunRecorder
  readonly releases: RunReleases
  readonly folds: RunFolds
  /** Called when a run has ended and its record is written. Must not throw. */
  readonly onEnded: (jobName: string) => void
}

/** Writes the fate of a run in this process: the record of the end, or the release. */
export class RunEnds {
  readonly #env: Env
  readonly #deps: RunEndsDeps
  readonly #giveUp: AbortSignal

  /** @param giveUp - aborts when unwritten records are given up */
  constructor(env: Env, deps: RunEndsDeps, giveUp: AbortSignal) {
    this.#env = env
    this.#deps = deps
    this.#giveUp = giveUp
  }

  /**
   * A run told to end while waiting for its first or next attempt leaves no record in the history: the job's record says
   * that the run was released, and the next leader goes on with the run. A run by hand is withdrawn.
   * @param delayMs - how long the next attempt is to be put off
   */
  handOver(jobName: string, run: OpenRun, outcome: RunOutcome | undefined, delayMs: number): Promise<void> {
    const { releases } = this.#deps
    if (run.trigger === 'manual') return releases.withdraw(jobName, run)
    return releases.letGo(jobName, run, outcome?.attempts.at(-1), delayMs)
  }

  /** Announces the end of a run. @returns the record of the end, still to be written */
  announce(jobName: string, run: OpenRun, outcome: RunOutcome): RunRecord {
    const ended = recordOf(outcome, jobName, run)
    announceEnd(this.#env, outcome, ended, run)
    return ended
  }

  /** @returns whether the record was written */
  record(ended: RunRecord): Promise<boolean> {
    return this.#deps.recorder.recordEnded(ended, this.#giveUp)
  }

  /** Corrects the job's record if the next leader has declared the run lost meanwhile. */
  takeBack(ended: RunRecord): Promise<void> {
    return takeBackVerdict({ ...this.#deps, ...this.#env }, ended, this.#giveUp)
  }

  /** False if the job's record is the only evidence of an end. */
  get keepsHistory(): boolean {
    return this.#deps.recorder.keepsHistory
  }

  fold(jobName: string): Promise<void> {
    return this.#deps.folds.fold(jobName)
  }

  /** Called once the end is written. @param isKept - no leader knows of the end */
  done(jobName: string, isKept: boolean): void {
    this.#deps.onEnded(jobName)
    if (isKept) void this.#deps.folds.foldAndTell(jobName)
  }
}
