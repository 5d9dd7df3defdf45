import type { JobView } from '@s3sched/operator'

/** The number of jobs that are remembered. */
const MOST_JOBS = 500

/** What is known of some jobs: the jobs that were told last. */
export class JobMemory<T> {
  readonly #known = new Map<string, T>()

  get(name: string): T | undefined {
    return this.#known.get(name)
  }

  set(name: string, known: T): void {
    this.#known.delete(name)
    this.#known.set(name, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_JOBS && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** A mark that changes with every new outcome of a run or a tick of the job. */
export function markOf({ fence, lastRun, lastTick, running, statistics }: JobView): string {
  const open = running.map(({ runId }) => runId).join()
  return [fence, lastTick, lastRun?.runId, lastRun?.status, statistics.total, open].join('/')
}
