import type { RunRecord } from '../run-record.ts'
import { emptyStatistics, foldStatistics, type JobStatistics, type RunSample } from '../statistics.ts'
import { entryOf } from '../timeline-entry.ts'
import type { ShortTurns } from './short-turns.ts'

/**
 * The statistics of runs that come newest first. Only samples are kept until the oldest run has come: folding begins
 * with the oldest.
 */
export async function foldRuns(
  runs: AsyncIterable<RunRecord>,
  turns: ShortTurns,
  signal: AbortSignal | undefined,
): Promise<JobStatistics> {
  const samples: RunSample[] = []
  for await (const run of runs) {
    const { count, error, reason } = run
    samples.push({
      ...entryOf(run),
      error: error === undefined ? undefined : { message: error.message },
      reason,
      count,
    })
  }
  let statistics = emptyStatistics()
  for (;;) {
    const sample = samples.pop()
    if (sample === undefined) return statistics
    statistics = foldStatistics(statistics, sample)
    if (turns.isOver) await turns.next(signal)
  }
}
