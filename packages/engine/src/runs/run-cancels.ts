import type { Executor } from '@s3sched/executor'
import type { CancelHere, ChangeMarker, RecordCache, RunRequests } from '@s3sched/jobs/bucket'

export interface RunCancelsDeps {
  readonly executor: Executor
  readonly records: RecordCache
  readonly requests: RunRequests
  readonly marker: ChangeMarker
}

/** Tells runs to end: the runs of this process at once, the runs of other processes by a request. */
export class RunCancels {
  readonly #deps: RunCancelsDeps

  constructor(deps: RunCancelsDeps) {
    this.#deps = deps
  }

  readonly here: CancelHere = (jobName, named) => {
    const { executor } = this.#deps
    const isMeant = (runId: string): boolean => named?.includes(runId) ?? true
    return executor
      .running()
      .filter(({ abandoned, key, runId }) => key === jobName && !abandoned && isMeant(runId))
      .map(({ runId }) => runId)
      .filter((runId) => executor.cancel(runId, 'cancelled'))
  }

  /**
   * Tells the runs of a job's backfill to end: 1 GET, and 2 PUT if other processes have such runs.
   */
  async ofBackfill(jobName: string): Promise<{ readonly hadRuns: boolean }> {
    const { records } = this.#deps
    records.invalidate(jobName)
    const open = (await records.load(jobName))?.running ?? []
    const runs = open.filter(({ trigger }) => trigger === 'backfill').map(({ runId }) => runId)
    const told = this.here(jobName, runs)
    await this.#elsewhere(
      jobName,
      runs.filter((runId) => !told.includes(runId)),
    )
    return { hadRuns: runs.length > 0 }
  }

  async #elsewhere(jobName: string, runs: readonly string[]): Promise<void> {
    if (runs.length === 0) return
    await this.#deps.requests.placeCancel(jobName, runs)
    await this.#deps.marker.bump()
  }

  /**
   * Tells all runs of a job to end: 1 GET, and 2 PUT if other processes have runs of the job.
   * @returns whether this process had any
   */
  async everywhere(jobName: string): Promise<boolean> {
    const { records } = this.#deps
    const told = this.here(jobName)
    records.invalidate(jobName)
    const open = (await records.load(jobName))?.running ?? []
    const others = open.map(({ runId }) => runId).filter((runId) => !told.includes(runId))
    await this.#elsewhere(jobName, others)
    return told.length > 0
  }
}
