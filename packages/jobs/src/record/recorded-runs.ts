import type { RunRecord } from '@s3sched/history'
import { recordedRunOf, type RecordedRun } from './recorded-run.ts'

const NONE: ReadonlyMap<string, RecordedRun> = new Map()

/** The runs whose records are known to be in the history, and that the records of their jobs may still name. */
export class RecordedRuns {
  readonly #runs = new Map<string, Map<string, RecordedRun>>()

  /** The runs of a job, by run id. */
  of(jobName: string): ReadonlyMap<string, RecordedRun> {
    return this.#runs.get(jobName) ?? NONE
  }

  /**
   * Notes a record of the history. The run's own record wins over the record of a verdict.
   * @param isOwn - the record was written by this process
   */
  note(run: RunRecord, isOwn: boolean = false): void {
    let ofJob = this.#runs.get(run.job)
    if (ofJob === undefined) this.#runs.set(run.job, (ofJob = new Map()))
    const known = ofJob.get(run.runId)
    const ended = recordedRunOf(run, isOwn)
    if (known === undefined) ofJob.set(run.runId, ended)
    else if (known.status === run.status) return
    else if (run.status === 'lost') ofJob.set(run.runId, { ...known, isAfterVerdict: true })
    else ofJob.set(run.runId, { ...ended, isAfterVerdict: known.status === 'lost' })
  }

  /** The jobs with a matching run. */
  jobsWith(isSuch: (run: RecordedRun) => boolean): string[] {
    const jobs: string[] = []
    for (const [jobName, runs] of this.#runs) if ([...runs.values()].some(isSuch)) jobs.push(jobName)
    return jobs
  }

  /**
   * Called when the job's record was written or read: a run that the record names no more is folded, and is not needed
   * here.
   */
  forget(jobName: string, stillNamed: readonly { readonly runId: string }[]): void {
    const ofJob = this.#runs.get(jobName)
    if (ofJob === undefined) return
    const named = new Set(stillNamed.map((run) => run.runId))
    for (const runId of ofJob.keys()) if (!named.has(runId)) ofJob.delete(runId)
    if (ofJob.size === 0) this.#runs.delete(jobName)
  }
}
