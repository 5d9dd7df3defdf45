import { isJobName } from '@s3sched/kernel'
import {
  type BackfillOptions,
  type BackfillStart,
  type JobRecord,
  jobNotFound,
  onBucket,
  type OwnFields,
} from '@s3sched/jobs'
import type { Engine } from './engine.ts'
import type { JobCatalog } from './definitions/job-catalog.ts'
import type { EngineLife } from './engine-life.ts'

export interface RunOrdersDeps {
  readonly catalog: Pick<JobCatalog, 'jobs'>
  readonly life: EngineLife
}

/**
 * Orders for the runs of a job, wherever they go on. The job need not be one of this process: another instance's job that
 * the bucket knows is ordered about too. An order that the store refuses rejects with a SchedulerError `STORE`.
 */
export class RunOrders {
  readonly #deps: RunOrdersDeps

  constructor(deps: RunOrdersDeps) {
    this.#deps = deps
  }

  /**
   * Asks the leader to run a job.
   * @param fields - the own fields of the context, checked here where this process has the job
   * @returns the id of the future run
   */
  async request(jobName: string, fields: OwnFields): Promise<string> {
    await this.#deps.catalog.jobs.get(jobName)?.check(fields)
    return this.#order(jobName, async ({ bucket }) => {
      const id = await bucket.requests.placeRun(jobName, fields)
      await bucket.marker.bump()
      return id
    })
  }

  /** Tells all claimed runs of a job to end. @returns whether this process had such a run */
  cancel(jobName: string): Promise<boolean> {
    return this.#order(jobName, ({ execution }) => execution.cancels.everywhere(jobName), hasOpenRuns)
  }

  /** Begins a backfill, which the job's leader carries out. */
  backfill(jobName: string, options: BackfillOptions): Promise<BackfillStart> {
    return this.#order(jobName, (engine) => engine.beginBackfill(jobName, options))
  }

  /** Ends a backfill, and tells its runs to end. @returns whether one was under way */
  cancelBackfill(jobName: string): Promise<boolean> {
    return this.#order(jobName, (engine) => engine.cancelBackfill(jobName), hasOpenRuns)
  }

  /** @param mayBeRemoved - tells whether a removed job is there for this order */
  #order<T>(
    jobName: string,
    give: (engine: Engine) => Promise<T>,
    mayBeRemoved: (record: JobRecord) => boolean = () => false,
  ): Promise<T> {
    return onBucket(async () => give(await this.#engineThatKnows(jobName, mayBeRemoved)))
  }

  /** @throws SchedulerError `JOB_NOT_FOUND` when neither this process nor the bucket has the job */
  async #engineThatKnows(name: string, mayBeRemoved: (record: JobRecord) => boolean): Promise<Engine> {
    const { catalog, life } = this.#deps
    // An invalid name must become no key of the bucket, and costs no request.
    if (!isJobName(name)) throw jobNotFound(name)
    const engine = await life.open()
    const { records } = engine.bucket
    // Only a leader is told of changes: another instance may have removed the job since, or added it again.
    records.invalidate(name)
    const record = await records.load(name)
    const isThere = record === undefined ? catalog.jobs.has(name) : !record.removed || mayBeRemoved(record)
    if (!isThere) throw jobNotFound(name, [...records.names()])
    return engine
  }
}

/** The runs of a removed job go on. */
const hasOpenRuns = ({ running }: JobRecord): boolean => running.length > 0
