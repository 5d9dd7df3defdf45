import { BoundedMap, groupBy } from '@s3sched/kernel'
import { RUN_STATUSES, type HistoryProblem, type RunHistory, type TimelineEntry } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { markOf, MOST_JOBS } from './job-mark.ts'

/** The limit of drawn runs of all jobs; the newest runs are drawn. */
const MOST_RUNS = 100_000
/** The limit of the newest runs of a job. */
export const NEWEST = 990

/** A look reads the last runs again for so long: a lost run may end after all, ms. */
const SETTLED_MS = 3_600_000

/** A run as a timeline draws it. */
export type DrawnRun = Pick<TimelineEntry, 'runId' | 'scheduledTime' | 'status'>

type Statistics = JobView['statistics']

interface Known {
  readonly mark: string
  /** Of the job, when the entries were whole. */
  readonly statistics: Statistics
  readonly since: number
  readonly entries: readonly DrawnRun[]
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
  readonly runs: readonly (readonly DrawnRun[])[]
  /** The runs before this instant are left out, because there are too many; `undefined` when all are there. */
  readonly cutAt: number | undefined
  /** The objects that the reads left out. */
  readonly problems: readonly HistoryProblem[]
}

/** The runs of jobs without their records, read again only after a job's record shows another run. */
export class TimelineCache {
  readonly #history: RunHistory
  readonly #known = new BoundedMap<string, Known>(MOST_JOBS)
  readonly #newest = new BoundedMap<string, NewestRuns & Pick<Known, 'mark'>>(MOST_JOBS)

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
   * The runs of many jobs since an instant. A job with one new run shows the run in its record, and costs no request. Of
   * the other jobs with new runs: 1 timeline of the history for the jobs that ran lately, 1 for the others that are known,
   * and 1 for all runs of the rest.
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
      if (known.mark === markOf(job) || this.#learn(job, known, { now, since })) return 'unchanged'
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

  /** Takes the one new run from the job's record. @returns false when the history must be read */
  #learn(job: JobView, known: Known, { now, since }: { readonly since: number; readonly now: number }): boolean {
    const ended = endedSince(known.statistics, job.statistics)
    if (ended === undefined) return false
    const kept = known.entries.filter(({ scheduledTime }) => scheduledTime >= since)
    this.#known.set(job.name, {
      ...known,
      mark: markOf(job),
      statistics: job.statistics,
      since,
      entries: [...ended, ...kept],
      settledTo: settledTo(job, now),
    })
    return true
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
      this.#known.set(job.name, {
        mark: markOf(job),
        statistics: job.statistics,
        since,
        entries: [...(byJob.get(job.name) ?? []), ...kept],
        cutAt: cutAt ?? before?.cutAt,
        settledTo: settledTo(job, now),
        // A read of the last hours does not meet the objects of earlier days.
        problems: new Map([...(before?.problems ?? []), ...problems]),
      })
    }
  }
}

/** A run to come has a later tick than the last, or is named as running. */
function settledTo({ lastTick, running }: JobView, now: number): number {
  return Math.min(now - SETTLED_MS, lastTick ?? now, ...running.map(({ scheduledTime }) => scheduledTime))
}

/** The runs that have ended in between: none, or one; `undefined` when the counts tell of others. */
function endedSince(before: Statistics, { counts, lastRun }: Statistics): readonly DrawnRun[] | undefined {
  const changed = RUN_STATUSES.filter((status) => counts[status] !== before.counts[status])
  const [status] = changed
  if (status === undefined) return []
  // A late truth takes a lost run out of the counts. Several missed ticks are one run, and count each.
  if (changed.length > 1 || counts[status] !== before.counts[status] + 1) return undefined
  return lastRun?.status === status && lastRun.runId !== before.lastRun?.runId ? [lastRun] : undefined
}
