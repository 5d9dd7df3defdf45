import type { RunRecord } from '../run-record.ts'
import { compareRuns } from './best-runs.ts'
import type { ChunkQuery } from './run-chunk.ts'

/**
 * Runs read and not yet shown, by falling time: a binary heap of sorted lists, with a list for each read chunk. With
 * many pages a single sorted list would be sorted anew for each chunk.
 */
export class WaitingRuns {
  readonly #jobs: ReadonlySet<string> | undefined
  readonly #since: number
  /** No list is empty, and the newest run of a list is at the end. The list with the newest run of all is the first. */
  readonly #heap: RunRecord[][] = []

  constructor({ jobs, since }: Pick<ChunkQuery, 'jobs' | 'since'>) {
    this.#jobs = jobs === undefined ? undefined : new Set(jobs)
    this.#since = since
  }

  /** The time of the newest run. */
  get newest(): number | undefined {
    return this.#heap[0]?.at(-1)?.scheduledTime
  }

  /** Adds the wanted runs before `until`. */
  add(runs: readonly RunRecord[], until: number): void {
    const wanted = runs.filter(
      ({ job, scheduledTime }) =>
        scheduledTime >= this.#since && scheduledTime < until && (this.#jobs?.has(job) ?? true),
    )
    if (wanted.length === 0) return
    this.#heap.push(wanted.toSorted((a, b) => compareRuns(b, a)))
    for (let at = this.#heap.length - 1; at > 0;) {
      const parent = (at - 1) >>> 1
      if (this.#timeAt(parent) >= this.#timeAt(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes out all runs of one time, the newest. */
  take(time: number): RunRecord[] {
    const taken: RunRecord[] = []
    while (this.newest === time) {
      const list = this.#heap[0] ?? []
      for (let run = list.at(-1); run?.scheduledTime === time; run = list.at(-1)) {
        taken.push(run)
        list.pop()
      }
      if (list.length === 0) {
        this.#swap(0, this.#heap.length - 1)
        this.#heap.pop()
      }
      this.#sink()
    }
    return taken
  }

  /** Moves the first list down to its place. */
  #sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const child = this.#timeAt(right) > this.#timeAt(left) ? right : left
      if (this.#timeAt(at) >= this.#timeAt(child)) return
      this.#swap(at, child)
      at = child
    }
  }

  #timeAt(index: number): number {
    return this.#heap[index]?.at(-1)?.scheduledTime ?? -1
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined) return
    this.#heap[a] = second
    this.#heap[b] = first
  }
}
