import type { LocalJobs } from './local-jobs.ts'
import type { ResolvedJob } from './resolved-job.ts'

/** A change of a job in this process: the job afterwards, by the job before. `undefined` for no such job. */
export type LocalChange = (job: ResolvedJob | undefined) => ResolvedJob | undefined

/** A change that holds here while the bucket is asked. One of the two is called, once. */
export interface OpenChange {
  /** The bucket has the change. */
  readonly keep: () => void
  /** The bucket has not answered, or has refused: the change holds here no longer. */
  readonly undo: () => void
}

interface Asked {
  readonly change: LocalChange
  isKept: boolean
}

interface OpenJob {
  /** The job with all changes that the bucket has, up to the oldest open one. */
  accepted: ResolvedJob | undefined
  /** Oldest first. */
  readonly asked: Asked[]
}

/**
 * The changes of jobs at run time. A job of this process is the job that the bucket is known to have, with the changes
 * that the bucket is being asked for, in the order of the application. So a change applies here at once, and a change
 * that fails leaves nothing, whatever was asked before and after it.
 */
export class OpenChanges {
  readonly #jobs: LocalJobs
  readonly #open = new Map<string, OpenJob>()

  constructor(jobs: LocalJobs) {
    this.#jobs = jobs
  }

  begin(name: string, change: LocalChange): OpenChange {
    let job = this.#open.get(name)
    if (job === undefined) this.#open.set(name, (job = { accepted: this.#jobs.get(name), asked: [] }))
    const open = job
    const asked: Asked = { change, isKept: false }
    open.asked.push(asked)
    this.#show(name, open)
    return {
      keep: () => {
        asked.isKept = true
        this.#settle(name, open)
      },
      undo: () => {
        open.asked.splice(open.asked.indexOf(asked), 1)
        this.#settle(name, open)
      },
    }
  }

  /** Answers may come in another order than the changes were asked for: the order of the changes counts. */
  #settle(name: string, open: OpenJob): void {
    while (open.asked[0]?.isKept === true) open.accepted = open.asked.shift()?.change(open.accepted)
    this.#show(name, open)
    if (open.asked.length === 0) this.#open.delete(name)
  }

  #show(name: string, { accepted, asked }: OpenJob): void {
    const job = asked.reduce((before, { change }) => change(before), accepted)
    if (job === undefined) this.#jobs.delete(name)
    else this.#jobs.set(job)
  }
}
