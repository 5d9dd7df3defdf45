import type { RunRecord } from '../run-record.ts'
import { compareRuns } from './best-runs.ts'
import type { ChunkQuery } from './run-chunk.ts'

/** Runs that were read and not yet shown, by falling time. */
export class WaitingRuns {
  readonly #jobs: ReadonlySet<string> | undefined
  readonly #since: number
  /** The newest at the end. */
  #runs: RunRecord[] = []

  constructor({ jobs, since }: Pick<ChunkQuery, 'jobs' | 'since'>) {
    this.#jobs = jobs === undefined ? undefined : new Set(jobs)
    this.#since = since
  }

  /** The time of the newest run. */
  get newest(): number | undefined {
    return this.#runs.at(-1)?.scheduledTime
  }

  /** Adds those of the runs that are wanted and before `until`. */
  add(runs: readonly RunRecord[], until: number): void {
    const wanted = runs.filter(
      ({ job, scheduledTime }) =>
        scheduledTime >= this.#since && scheduledTime < until && (this.#jobs?.has(job) ?? true),
    )
    if (wanted.length === 0) return
    wanted.sort((a, b) => compareRuns(b, a))
    const follows = (wanted[0]?.scheduledTime ?? 0) >= (this.newest ?? 0)
    this.#runs.push(...wanted)
    if (!follows) this.#runs.sort((a, b) => compareRuns(b, a))
  }

  /** Takes out all runs of one time, the newest. */
  take(time: number): RunRecord[] {
    let from = this.#runs.length
    while (from > 0 && this.#runs[from - 1]?.scheduledTime === time) from -= 1
    return this.#runs.splice(from)
  }
}
