import type { RunFilter, RunHistory, RunRecord } from '@s3sched/history'
import { mapParallel } from '@s3sched/kernel'

/** The newest runs of a filter, and at any moment those that were read so far. */
export interface HistoryPage {
  /** Resolves once all runs are read. */
  readonly whole: Promise<void>
  readonly soFar: () => {
    /** Newest first, with gaps until the page is whole. */
    readonly runs: readonly RunRecord[]
    /** The number of runs on the page; `undefined` until their keys are known. */
    readonly found: number | undefined
    /** There are runs beyond the limit. */
    readonly hasMore: boolean
  }
}

const AT_ONCE = 50

/** Reads the keys first, 1 LIST per job and 1,000 runs, then 1 GET per run. */
export function readPage(
  history: RunHistory,
  { limit, ...filter }: RunFilter & { readonly limit: number },
  signal: AbortSignal,
): HistoryPage {
  const read = new Map<number, RunRecord>()
  let found: number | undefined
  let hasMore = false
  return { whole: readAll(), soFar }

  async function readAll(): Promise<void> {
    const entries = await history.timeline({ ...filter, limit: limit + 1, signal })
    hasMore = entries.length > limit
    const page = entries.slice(0, limit)
    found = page.length
    await mapParallel([...page.entries()], AT_ONCE, async ([place, entry]) => {
      const run = await history.read(entry, { signal })
      if (run !== undefined) read.set(place, run)
    })
  }

  function soFar(): ReturnType<HistoryPage['soFar']> {
    const runs = [...read].toSorted(([a], [b]) => a - b).map(([, run]) => run)
    return { runs, found, hasMore }
  }
}
