import type { RunStatus } from '../run-status.ts'
import type { PageOutcome, PageOutcomes } from './page-outcome.ts'
import type { ChunkQuery, RunChunk, RunPlace } from './run-chunk.ts'

/** The pages, kept up to date by their owner. */
export interface LivePages {
  /**
   * The pages that may hold outcomes of the jobs (all pages without an argument), with their outcomes. More pages do no
   * harm. The answer may be older than the bucket, and costs no request: an owner refreshes its pages before a query that
   * must show the newest runs.
   */
  pages(jobs?: readonly string[]): readonly PageOutcomes[]
  /**
   * The names of the pages that may hold, or held before a split, runs of the jobs (of all jobs without an argument).
   * @default every page with a segment, found by 1 LIST for each
   */
  pagesOf?(jobs?: readonly string[]): readonly string[]
}

/** The outcomes that still lie in pages: no request. */
export function livePagesPlace(live: LivePages): RunPlace {
  return {
    async lanes(query) {
      return live.pages(query.jobs).flatMap(({ outcomes }) => {
        const chunk = chunkOf(outcomes, query)
        return chunk === undefined ? [] : [only(chunk)]
      })
    },
  }
}

function chunkOf(outcomes: readonly PageOutcome[], { jobs, since, until }: ChunkQuery): RunChunk | undefined {
  const wanted = jobs === undefined ? undefined : new Set(jobs)
  const runs = outcomes.flatMap(({ run }) =>
    run.scheduledTime >= since && run.scheduledTime < until && (wanted?.has(run.job) ?? true) ? [run] : [],
  )
  if (runs.length === 0) return undefined
  const statuses = new Set<RunStatus>()
  let newest = 0
  let oldest = Infinity
  for (const { scheduledTime, status } of runs) {
    statuses.add(status)
    newest = Math.max(newest, scheduledTime)
    oldest = Math.min(oldest, scheduledTime)
  }
  return { newest, oldest, statuses, read: async () => runs }
}

async function* only(chunk: RunChunk): AsyncGenerator<RunChunk> {
  yield chunk
}
