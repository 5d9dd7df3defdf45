import type { RunRecord } from '../run-record.ts'
import { compareRuns } from './best-runs.ts'
import { NewestFirst } from './newest-first.ts'
import type { ChunkQuery } from './run-chunk.ts'

/**
 * Runs read and not yet shown, by falling time: a binary heap of sorted lists, with a list for each read chunk. With
 * many pages a single sorted list would be sorted anew for each chunk.
 */
export class WaitingRuns {
  readonly #jobs: ReadonlySet<string> | undefined
  readonly #since: number
  /** No list is empty, and the newest run of a list is at the end. */
  readonly #lists = new NewestFirst<RunRecord[]>((list) => list.at(-1)?.scheduledTime ?? -Infinity)

  constructor({ jobs, since }: Pick<ChunkQuery, 'jobs' | 'since'>) {
    this.#jobs = jobs === undefined ? undefined : new Set(jobs)
    this.#since = since
  }

  /** The time of the newest run. */
  get newest(): number | undefined {
    return this.#lists.first?.at(-1)?.scheduledTime
  }

  /** Adds the wanted runs before `until`. */
  add(runs: readonly RunRecord[], until: number): void {
    const wanted = runs.filter(
      ({ job, scheduledTime }) =>
        scheduledTime >= this.#since && scheduledTime < until && (this.#jobs?.has(job) ?? true),
    )
    if (wanted.length > 0) this.#lists.add(wanted.toSorted((a, b) => compareRuns(b, a)))
  }

  /** Takes out all runs of one time, the newest. */
  take(time: number): RunRecord[] {
    const taken: RunRecord[] = []
    while (this.newest === time) {
      const list = this.#lists.first ?? []
      for (let run = list.at(-1); run?.scheduledTime === time; run = list.at(-1)) {
        taken.push(run)
        list.pop()
      }
      if (list.length === 0) this.#lists.removeFirst()
      else this.#lists.sinkFirst()
    }
    return taken
  }
}
