import type { HistoryProblem, RunFilter, RunHistory, RunRecord } from '@s3sched/history'

/** The newest runs of a filter, and at any moment those that were read so far. */
export interface HistoryPage {
  /** Resolves once all runs are read. */
  readonly whole: Promise<void>
  readonly soFar: () => {
    /** Newest first. */
    readonly runs: readonly RunRecord[]
    /** There are runs beyond the limit. */
    readonly hasMore: boolean
  }
}

/** The runs of one call of the history. */
const AT_ONCE = 100

/**
 * Reads the runs, some at a time: 1 LIST for each page of jobs, 1 GET for each segment, and 1 GET for each run with a
 * large result, log or error.
 */
export function readPage(
  history: RunHistory,
  { limit, ...filter }: RunFilter & { readonly limit: number },
  signal: AbortSignal,
  onProblem: (problem: HistoryProblem) => void,
): HistoryPage {
  const runs: RunRecord[] = []
  let hasMore = false
  return { whole: readAll(), soFar: () => ({ runs, hasMore }) }

  async function readAll(): Promise<void> {
    let cursor: string | undefined
    do {
      const query = { ...filter, limit: Math.min(AT_ONCE, limit - runs.length), signal }
      const page = await history.list(cursor === undefined ? query : { ...query, cursor })
      runs.push(...page.runs)
      page.problems?.forEach(onProblem)
      cursor = page.cursor
      hasMore = cursor !== undefined
    } while (cursor !== undefined && runs.length < limit)
  }
}
