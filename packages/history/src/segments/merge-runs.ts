import type { CallOptions } from '@s3sched/store'
import { isBehind, type Position } from '../cursor.ts'
import type { ResolvedFilter } from '../run-query.ts'
import type { RunRecord } from '../run-record.ts'
import { ChunkQueue } from './chunk-queue.ts'
import type { ChunkQuery, Lane, RunPlace } from './run-chunk.ts'
import { RunMerge } from './run-merge.ts'
import type { ShortTurns } from './short-turns.ts'

export interface MergeOptions extends CallOptions {
  /** Begin behind this run. */
  readonly after?: Position | undefined
  /** The number of runs that the caller will take, if known. */
  readonly expected?: number | undefined
  /** See `Freshness`. */
  readonly refresh?: boolean | undefined
  /** See {@link ChunkQuery.onProblem}. */
  readonly onProblem?: ChunkQuery['onProblem'] | undefined
}

/**
 * The runs of all places that match a filter, the newest first, each once. See {@link RunMerge}.
 *
 * A chunk that is gone when it is read has moved to the next place, or was too old: the merge begins again behind the
 * last run that left. A new LIST does not name the chunk any more.
 */
export async function* mergeRuns(
  places: readonly RunPlace[],
  filter: ResolvedFilter,
  turns: ShortTurns,
  { expected, onProblem = () => undefined, ...options }: MergeOptions,
): AsyncGenerator<RunRecord> {
  let { after } = options
  for (;;) {
    const query: ChunkQuery = {
      jobs: filter.jobs,
      since: filter.since,
      until: after === undefined ? filter.until : Math.min(filter.until, after.time + 1),
      expected,
      onProblem,
    }
    const lanes: Lane[] = []
    try {
      // One place after the other, in the order in which runs move: a run that has left a place is in the next.
      for (const place of places) lanes.push(...(await place.lanes(query, options)))
      const merge = new RunMerge(await ChunkQueue.open(lanes, turns, options.signal), filter, query)
      for (;;) {
        const runs = await merge.next(turns, options.signal)
        if (runs === 'gone') break
        if (runs === undefined) return
        for (const run of runs) {
          if (after !== undefined && !isBehind(run, after)) continue
          after = { time: run.scheduledTime, job: run.job, runId: run.runId }
          yield run
        }
      }
    } finally {
      await Promise.all(lanes.map((lane) => lane.return(undefined)))
    }
  }
}
