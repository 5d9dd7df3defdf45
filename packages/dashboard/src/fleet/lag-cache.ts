import { lagOf, type RunHistory, type RunStatus } from '@s3sched/history'
import { BoundedMap } from '@s3sched/kernel'
import type { JobView } from '@s3sched/operator'
import { markOf, MOST_JOBS } from './job-mark.ts'

/** The number of newest runs read for their lag; see ADR 91. */
const MOST_RUNS = 100
/** Runs that called the action; only these started. */
const STARTED: readonly RunStatus[] = ['success', 'failed', 'timeout', 'cancelled']

/** The delay of one run's start. */
export interface Lag {
  readonly scheduledTime: number
  readonly status: RunStatus
  readonly lagMs: number
}

/** The delays of the starts of the newest runs, read again only after a job's record shows another run. */
export class LagCache {
  readonly #history: RunHistory
  readonly #known = new BoundedMap<string, { readonly mark: string; readonly lags: readonly Lag[] }>(MOST_JOBS)

  constructor(history: RunHistory) {
    this.#history = history
  }

  /** The lags of the newest started runs of a job, the newest first: 1 list of the history, or no request. */
  async newest(job: JobView): Promise<readonly Lag[]> {
    const mark = markOf(job)
    const known = this.#known.get(job.name)
    if (known?.mark === mark) return known.lags
    const query = { job: job.name, status: STARTED, limit: MOST_RUNS, details: false, refresh: false }
    const { runs } = await this.#history.list(query)
    const lags = runs.flatMap((run) => {
      const lagMs = lagOf(run)
      return lagMs === undefined ? [] : [{ scheduledTime: run.scheduledTime, status: run.status, lagMs }]
    })
    this.#known.set(job.name, { mark, lags })
    return lags
  }
}
