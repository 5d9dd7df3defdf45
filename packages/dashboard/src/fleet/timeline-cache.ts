import type { RunHistory, TimelineEntry } from '@s3sched/history'
import { mapParallel } from '@s3sched/kernel'
import type { JobView } from '@s3sched/operator'

/** The number of jobs listed at a time. */
const AT_ONCE = 32
/** The number of jobs with remembered runs. */
const MOST_JOBS = 500
/** The limit of drawn runs per job; the newest runs are drawn. */
const MOST_RUNS = 10_000
/** The result of one LIST, with some room for superseded verdicts. */
export const NEWEST = 990

interface Known {
  readonly mark: string
  readonly since: number
  readonly entries: readonly TimelineEntry[]
}

/** The runs of jobs by their keys alone, listed again only after a job's record shows another run. */
export class TimelineCache {
  readonly #history: RunHistory
  readonly #known = new Map<string, Known>()
  readonly #newest = new Map<string, Known>()

  constructor(history: RunHistory) {
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

  /** The runs of many jobs since an instant. */
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

/** A mark that changes with every new outcome of a run or a tick of the job. */
function markOf({ fence, lastRun, lastTick, running, statistics }: JobView): string {
  const open = running.map(({ runId }) => runId).join()
  return [fence, lastTick, lastRun?.runId, lastRun?.status, statistics.total, open].join('/')
}
