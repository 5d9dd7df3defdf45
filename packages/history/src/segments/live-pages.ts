import type { CallOptions } from '@s3sched/store'
import type { HistoryProblem } from '../history-problem.ts'
import type { RunStatus } from '../run-status.ts'
import type { PageOutcome, PageOutcomes } from './page-outcome.ts'
import type { ChunkQuery, RunChunk, RunPlace } from './run-chunk.ts'
import type { ShortTurns } from './short-turns.ts'

export interface RefreshOptions extends CallOptions {
  /** `false`: pages that are known need not be brought up to date. @default true */
  readonly refresh?: boolean | undefined
}

/** The pages of outcomes, kept by their owner. */
export interface LivePages {
  /**
   * Brings the pages that may hold outcomes of the jobs (all pages without an argument) up to date: `pages` shows from
   * then on at least what lay in the bucket when `refresh` was called, and `pagesOf` names each page that was there.
   * Each query of the history begins with one call; several calls may be under way at once. A rejection ends the query.
   * @default the owner's pages are always up to date
   */
  refresh?(jobs: readonly string[] | undefined, call: RefreshOptions): Promise<void>
  /**
   * The pages that may hold outcomes of the jobs (all pages without an argument), with their outcomes, as last known: no
   * request. More pages do no harm. The owner must not change the lists of outcomes afterwards, but make new ones.
   */
  pages(jobs?: readonly string[]): readonly PageOutcomes[]
  /**
   * The names of the pages that may hold, or held before a split, runs of the jobs (of all jobs without an argument).
   * @default every page with a segment, found by 1 LIST for each
   */
  pagesOf?(jobs?: readonly string[]): readonly string[]
  /**
   * The pages that may hold outcomes of the jobs (all pages without an argument) and can't be read, as last known: no
   * request. Each query names them as left out. @default none
   */
  problems?(jobs?: readonly string[]): readonly HistoryProblem[]
}

/** The outcomes that still lie in pages: no request. */
export function livePagesPlace(live: LivePages, turns: ShortTurns): RunPlace {
  return {
    async lanes(query, { signal }) {
      const lanes: AsyncGenerator<RunChunk>[] = []
      for (const problem of live.problems?.(query.jobs) ?? []) query.onProblem(problem)
      for (const { outcomes } of live.pages(query.jobs)) {
        if (turns.isOver) await turns.next(signal)
        const chunk = chunkOf(outcomes, query)
        if (chunk !== undefined) lanes.push(only(chunk))
      }
      return lanes
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
