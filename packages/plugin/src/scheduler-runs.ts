import type { DueRun, JobCatalog, JobManager } from '@s3sched/engine'
import type { OwnFields } from '@s3sched/jobs'
import type { JobHooks } from './job-hooks.ts'
import type { RunWatchers } from './run-watchers.ts'
import type { SchedulerLife } from './scheduler-life.ts'

export interface SchedulerRunsDeps {
  readonly catalog: JobCatalog
  readonly hooks: JobHooks
  readonly life: SchedulerLife
  readonly manager: JobManager
  readonly watchers: RunWatchers
}

/** The runs that an application asks for by hand. The methods of the scheduler tell the errors. */
export class SchedulerRuns {
  readonly #deps: SchedulerRunsDeps

  constructor(deps: SchedulerRunsDeps) {
    this.#deps = deps
  }

  /** Runs a job in this process. Settles after the functions of the options. */
  async now(jobName: string, context: OwnFields): Promise<unknown> {
    const { catalog, hooks, life } = this.#deps
    const job = catalog.get(jobName)
    await job.check(context)
    const core = await life.open()
    const hooksEnded = hooks.watch(jobName)
    try {
      return await core.runManually(job, context)
    } finally {
      await hooksEnded()
    }
  }

  /** Asks the leader to run a job. @returns the id of the future run */
  async request(jobName: string, context: OwnFields): Promise<string> {
    const { catalog, manager } = this.#deps
    await catalog.jobs.get(jobName)?.check(context)
    const core = await manager.coreThatKnows(jobName)
    const id = await core.bucket.requests.placeRun(jobName, context)
    await core.bucket.marker.bump()
    return id
  }

  /** One pass over everything that is due, with the alerts and the pings of its runs. */
  async pass(): Promise<DueRun[]> {
    const { life, watchers } = this.#deps
    const core = await life.open()
    const runs = await core.runDue()
    await watchers.afterPass(life.store)
    return runs
  }
}
