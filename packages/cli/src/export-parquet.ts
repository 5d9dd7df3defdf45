import type { HistoryProblem, RunRecord } from '@s3sched/history'
import { parquetOf } from '@s3sched/history/archive'
import type { CommandFilter } from './input/run-filter.ts'
import type { Invocation } from './invocation.ts'

/** Writes all runs as one Parquet file to standard output. An interrupted file has no end, and no tool takes it. */
export async function exportParquet(
  invocation: Invocation,
  filter: CommandFilter,
  onProblem: (problem: HistoryProblem) => void,
): Promise<void> {
  const { signal, stderr, stdout } = invocation.io
  invocation.whenInterrupted(() =>
    stderr.write('s3sched: the output is a part of a Parquet file, which no tool reads\n'),
  )
  const runs: AsyncIterable<RunRecord> = invocation.operator().history.runs({ ...filter, onProblem, signal })
  const write = async (): Promise<void> => {
    for await (const part of parquetOf(runs)) await stdout.write(part)
  }
  await invocation.wait('Reading the runs', write())
}
