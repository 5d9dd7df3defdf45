import type { History, TimelineEntry } from '@s3sched/history'
import { mapParallel } from '@s3sched/kernel'
import type { JobView } from '@s3sched/plugin/operator'

/** How many jobs are listed at a time. */
const AT_ONCE = 32
/** Of how many jobs the runs are remembered. */
const MOST_JOBS = 500
/** More than this are not drawn of one job; the newest are. */
const MOST_RUNS = 10_000
/** What one LIST brings, with some room for verdicts that were superseded. */
export const NEWEST = 990

interface Known {
  readonly mark: string
  readonly since: number
  readonly entries: readonly TimelineEntry[]
}

/** The runs of jobs by their keys alone, listed again only when a job's record says that it had another run. */
export class TimelineCache {
  readonly #history: History
  readonly #known = new Map<string, Known>()
  readonly #newest = new Map<string, Known>()

  constructor(history: History) {
    this.#history = history
  }

  /** The runs of a job since an instant, newest first: 1 LIST per 1,000, or none. */
  async runs(job: JobView, since: number, signal?: AbortSignal): Promise<readonly TimelineEntry[]> {
    const mark = markOf(job)
    const known = this.#known.get(job.name)
    if (known?.mark === mark && known.since <= since) return known.entries.filter((run) => run.scheduledTime >= since)
    const entries = await this.#history.timeline({ job: job.name, since, limit: MOST_RUNS, signal })
    remember(this.#known, job.name, { mark, since, entries })
    return entries
  }

  /** The newest runs of a job: 1 LIST, or none. */
  async newest(job: JobView): Promise<readonly TimelineEntry[]> {
    const mark = markOf(job)
    const known = this.#newest.get(job.name)
    if (known?.mark === mark) return known.entries
    const entries = await this.#history.timeline({ job: job.name, limit: NEWEST })
    remember(this.#newest, job.name, { mark, since: 0, entries })
    return entries
  }

  /** The same of many. */
  runsOfAll(jobs: readonly JobView[], since: number, signal?: AbortSignal): Promise<(readonly TimelineEntry[])[]> {
    return mapParallel(jobs, AT_ONCE, (job) => this.runs(job, since, signal))
  }
}

function remember(memory: Map<string, Known>, name: string, known: Known): void {
  memory.delete(name)
  memory.set(name, known)
  const [oldest] = memory.keys()
  if (memory.size > MOST_JOBS && oldest !== undefined) memory.delete(oldest)
}

/** Another one as soon as a run or a tick of the job has another outcome. */
function markOf({ fence, lastRun, lastTick, running, statistics }: JobView): string {
  const open = running.map(({ runId }) => runId).join()
  return [fence, lastTick, lastRun?.runId, lastRun?.status, statistics.total, open].join('/')
}
