import { keyOf, type RunRecord } from '../run-record.ts'
import { emptyStatistics, foldStatistics, type JobStatistics, type RunSample } from '../statistics.ts'

// Some milliseconds.
const PER_TURN = 4096

/**
 * The statistics of runs that come newest first. Only samples are kept until the oldest run has come: folding begins
 * with the oldest.
 * @param turn - resolves in a later turn of the event loop
 */
export async function foldRuns(runs: AsyncIterable<RunRecord>, turn: () => Promise<void>): Promise<JobStatistics> {
  const samples: RunSample[] = []
  for await (const run of runs) {
    const { count, error, reason } = run
    samples.push({ ...keyOf(run), error: error === undefined ? undefined : { message: error.message }, reason, count })
  }
  let statistics = emptyStatistics()
  for (let folded = 1; ; folded += 1) {
    const sample = samples.pop()
    if (sample === undefined) return statistics
    statistics = foldStatistics(statistics, sample)
    if (folded % PER_TURN === 0) await turn()
  }
}
