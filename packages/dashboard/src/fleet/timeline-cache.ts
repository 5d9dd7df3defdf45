import type { RunHistory, TimelineEntry } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { JobMemory, markOf } from './job-memory.ts'

/** The limit of drawn runs of all jobs; the newest runs are drawn. */
const MOST_RUNS = 100_000
/** The limit of the newest runs of a job. */
export const NEWEST = 990

interface Known {
  readonly mark: string
  readonly since: number
  readonly entries: readonly TimelineEntry[]
}

/** The runs of jobs without their records, read again only after a job's record shows another run. */
export class TimelineCache {
  readonly #history: RunHistory
  readonly #known = new JobMemory<Known>()
  readonly #newest = new JobMemory<Known>()

  constructor(history: RunHistory) {
    this.#history = history
  }

  /** The newest runs of a job: 1 timeline of the history, or no request. */
  async newest(job: JobView): Promise<readonly TimelineEntry[]> {
    const mark = markOf(job)
    const known = this.#newest.get(job.name)
    if (known?.mark === mark) return known.entries
    const entries = await this.#history.timeline({ job: job.name, limit: NEWEST })
    this.#newest.set(job.name, { mark, since: 0, entries })
    return entries
  }

  /** The runs of many jobs since an instant, newest first: 1 timeline of the history for all jobs with new runs. */
  async runsOfAll(
    jobs: readonly JobView[],
    since: number,
    signal?: AbortSignal,
  ): Promise<(readonly TimelineEntry[])[]> {
    const found = new Map<string, readonly TimelineEntry[]>()
    const stale = jobs.filter((job) => {
      const known = this.#known.get(job.name)
      if (known?.mark !== markOf(job) || known.since > since) return true
      found.set(
        job.name,
        known.entries.filter((run) => run.scheduledTime >= since),
      )
      return false
    })
    if (stale.length > 0) {
      const query = { job: stale.map(({ name }) => name), since, limit: MOST_RUNS, signal }
      const byJob = new Map<string, TimelineEntry[]>(stale.map(({ name }) => [name, []]))
      for (const entry of await this.#history.timeline(query)) byJob.get(entry.job)?.push(entry)
      for (const job of stale) {
        const entries = byJob.get(job.name) ?? []
        found.set(job.name, entries)
        this.#known.set(job.name, { mark: markOf(job), since, entries })
      }
    }
    return jobs.map(({ name }) => found.get(name) ?? [])
  }
}
