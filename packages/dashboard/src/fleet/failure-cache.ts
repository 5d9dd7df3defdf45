import type { RunPage } from '@s3sched/history'
import { BoundedMap } from '@s3sched/kernel'
import type { JobView } from '@s3sched/operator'
import { groupFailures, type FailureGroup } from '../pages/failure-groups.ts'
import { markOf } from './job-mark.ts'

/** The number of choices of failures that are remembered. */
const MOST_CHOICES = 8

/** The failures of a choice, by job and reason. */
export interface GroupedFailures extends Omit<RunPage, 'runs'> {
  readonly groups: readonly FailureGroup[]
  /** The earliest of the failures, epoch ms; `undefined` for none. */
  readonly oldest: number | undefined
}

/** Groups of failures, read again only after the records of the jobs show another run. */
export class FailureCache {
  readonly #known = new BoundedMap<string, { readonly mark: string; readonly failures: GroupedFailures }>(MOST_CHOICES)

  /**
   * @param choice - names the failures that `read` reads
   * @param jobs - all jobs that the failures may be of
   */
  async grouped(choice: string, jobs: readonly JobView[], read: () => Promise<RunPage>): Promise<GroupedFailures> {
    const mark = jobs.map((job) => `${job.name} ${markOf(job)}`).join('\n')
    const known = this.#known.get(choice)
    if (known?.mark === mark) return known.failures
    const { runs, ...rest } = await read()
    const failures = { ...rest, groups: groupFailures(runs), oldest: runs.at(-1)?.scheduledTime }
    this.#known.set(choice, { mark, failures })
    return failures
  }
}
