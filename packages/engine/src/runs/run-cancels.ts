import type { Executor } from '@s3sched/executor'
import type { CancelHere, ChangeMarker, RecordCache, RunRequests } from '@s3sched/jobs'

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
   * Tells all runs of a job to end: 1 GET, and 2 PUT if other processes have runs of the job.
   * @returns whether this process had any
   */
  async everywhere(jobName: string): Promise<boolean> {
    const { records, marker, requests } = this.#deps
    const told = this.here(jobName)
    records.invalidate(jobName)
    const open = (await records.load(jobName))?.running ?? []
    const others = open.map(({ runId }) => runId).filter((runId) => !told.includes(runId))
    if (others.length > 0) {
      await requests.placeCancel(jobName, others)
      await marker.bump()
    }
    return told.length > 0
  }
}
