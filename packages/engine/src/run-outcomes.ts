import type { RunRecord } from '@s3sched/history'
import { pageOutcome, prepareOutcome, type PageOutcome } from '@s3sched/history/segments'
import type { EngineEnv } from './engine-env.ts'

/** What the history gets of a run, in the same write as the job's record; `undefined` where runs leave no history. */
export type RunOutcomes = readonly PageOutcome[] | undefined

/** Makes the history's share of a change. */
export class OutcomeMaker {
  readonly #env: Pick<EngineEnv, 'random' | 'store'>
  readonly #keepsHistory: boolean

  /** @param keepsHistory - the option `persistJobs` */
  constructor(env: Pick<EngineEnv, 'random' | 'store'>, keepsHistory: boolean) {
    this.#env = env
    this.#keepsHistory = keepsHistory
  }

  /**
   * The outcome of a run. Large results, logs and errors are written first, 1 PUT, and the outcome comes as a promise;
   * other runs cost no request.
   * @throws S3SchedError `INVALID_RECORD`, at once; StoreError, by the promise
   */
  prepare(ended: RunRecord, signal: AbortSignal): RunOutcomes | Promise<RunOutcomes> {
    if (!this.#keepsHistory) return undefined
    const outcome = prepareOutcome(this.#env, ended, { signal })
    return outcome instanceof Promise ? outcome.then((each) => [each]) : [outcome]
  }

  /** The outcome of ticks that did not run, which is always small. */
  ofVerdict(ended: RunRecord): RunOutcomes {
    return this.#keepsHistory ? [pageOutcome(ended)] : undefined
  }
}
