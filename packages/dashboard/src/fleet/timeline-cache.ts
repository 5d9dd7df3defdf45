import { groupBy } from '@s3sched/kernel'
import type { HistoryProblem, RunHistory, TimelineEntry } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { JobMemory, markOf } from './job-memory.ts'

/** The limit of drawn runs of all jobs; the newest runs are drawn. */
const MOST_RUNS = 100_000
/** The limit of the newest runs of a job. */
export const NEWEST = 990

/** A look reads the last runs again for so long: a lost run may end after all, ms. */
const SETTLED_MS = 3_600_000

interface Known {
  readonly mark: string
  readonly since: number
  readonly entries: readonly TimelineEntry[]
  /** Earlier runs are left out, because there were too many; epoch ms. */
  readonly cutAt: number | undefined
  /** No earlier run gets another outcome; epoch ms. */
  readonly settledTo: number
  readonly problems: Problems
}

/** What the reads left out, by the keys of the objects. */
type Problems = ReadonlyMap<string, HistoryProblem>

/** The newest runs of a job without their records. */
export interface NewestRuns {
  readonly entries: readonly TimelineEntry[]
  /** The objects that the read left out. */
  readonly problems: readonly HistoryProblem[]
}

/** The runs of some jobs in a period. */
export interface RunsOfAll {
  /** For each job, newest first. */
  readonly runs: readonly (readonly TimelineEntry[])[]
  /** The runs before this instant are left out, because there are too many; `undefined` when all are there. */
  readonly cutAt: number | undefined
  /** The objects that the reads left out. */
  readonly problems: readonly HistoryProblem[]
}

/** The runs of jobs without their records, read again only after a job's record shows another run. */
export class TimelineCache {
  readonly #history: RunHistory
  readonly #known = new JobMemory<Known>()
  readonly #newest = new JobMemory<NewestRuns & Pick<Known, 'mark'>>()

  constructor(history: RunHistory) {
    this.#history = history
  }

  /** The newest runs of a job: 1 timeline of the history, or no request. */
  async newest(job: JobView): Promise<NewestRuns> {
    const mark = markOf(job)
    const known = this.#newest.get(job.name)
    if (known?.mark === mark) return known
    const problems = new Map<string, HistoryProblem>()
    const onProblem = (problem: HistoryProblem): void => void problems.set(problem.key, problem)
    const entries = await this.#history.timeline({ job: job.name, limit: NEWEST, onProblem, refresh: false })
    const newest = { mark, entries, problems: [...problems.values()] }
    this.#newest.set(job.name, newest)
    return newest
  }

  /**
   * The runs of many jobs since an instant: 1 timeline of the history for the new runs of the jobs that ran lately, 1 for
   * those of other known jobs, and 1 for all runs of the rest.
   * @param now - epoch ms
   */
  async runsOfAll(
    jobs: readonly JobView[],
    { now, since }: { readonly since: number; readonly now: number },
    signal?: AbortSignal,
  ): Promise<RunsOfAll> {
    const groups = groupBy(jobs, (job) => {
      const known = this.#known.get(job.name)
      if (known === undefined || known.since > since) return 'unknown'
      if (known.mark === markOf(job)) return 'unchanged'
      return known.settledTo >= now - 2 * SETTLED_MS ? 'recent' : 'old'
    })
    groups.delete('unchanged')
    for (const group of groups.values()) await this.#read(group, { now, since }, signal)
    const found = jobs.map(({ name }) => this.#known.get(name))
    const runs = found.map((known) => (known?.entries ?? []).filter(({ scheduledTime }) => scheduledTime >= since))
    const cuts = found.flatMap((known) => (known?.cutAt !== undefined && known.cutAt > since ? [known.cutAt] : []))
    const problems = new Map(found.flatMap((known) => [...(known?.problems ?? [])]))
    return { runs, cutAt: cuts.length === 0 ? undefined : Math.max(...cuts), problems: [...problems.values()] }
  }

  /** Reads the runs of a group that are new to it, or all runs of an unknown group. */
  async #read(
    jobs: readonly JobView[],
    { now, since }: { readonly since: number; readonly now: number },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const known = new Map(jobs.map(({ name }) => [name, this.#known.get(name)]))
    const isKnown = [...known.values()].every((each) => each !== undefined && each.since <= since)
    const settled = [...known.values()].map((each) => each?.settledTo ?? since)
    const from = isKnown ? Math.max(since, Math.min(...settled)) : since
    // The views of the jobs come from the same pages, seconds ago.
    const problems = new Map<string, HistoryProblem>()
    const onProblem = (problem: HistoryProblem): void => void problems.set(problem.key, problem)
    const query = { job: [...known.keys()], since: from, limit: MOST_RUNS, onProblem, refresh: false, signal }
    const read = await this.#history.timeline(query)
    const cutAt = read.length >= MOST_RUNS ? read.at(-1)?.scheduledTime : undefined
    const byJob = groupBy(read, ({ job }) => job)
    for (const job of jobs) {
      const before = isKnown && cutAt === undefined ? known.get(job.name) : undefined
      const kept = (before?.entries ?? []).filter(({ scheduledTime }) => scheduledTime >= since && scheduledTime < from)
      // A run to come has a later tick than the last, or is named as running.
      const open = [job.lastTick ?? now, ...job.running.map(({ scheduledTime }) => scheduledTime)]
      this.#known.set(job.name, {
        mark: markOf(job),
        since,
        entries: [...(byJob.get(job.name) ?? []), ...kept],
        cutAt: cutAt ?? before?.cutAt,
        settledTo: Math.min(now - SETTLED_MS, ...open),
        // A read of the last hours does not meet the objects of earlier days.
        problems: new Map([...(before?.problems ?? []), ...problems]),
      })
    }
  }
}
