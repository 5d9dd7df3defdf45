import {
  emptyStatistics,
  foldStatistics,
  summarizeStatistics,
  type FailureEntry,
  type JobStatistics,
  type RunFilter,
  type RunRecord,
  type StatisticsSummary,
} from '../src/index.ts'

/** The answers of a history as a list in memory gives them. */
export interface HistoryModel {
  list(filter: RunFilter): RunRecord[]
  failures(filter: RunFilter): FailureEntry[]
  statistics(job: string, period: Pick<RunFilter, 'since' | 'until'>): StatisticsSummary
}

/** @param recorded - in this order; a run that was declared lost may come again, as it ended */
export function answersOf(recorded: readonly RunRecord[]): HistoryModel {
  const runs = new Map<string, RunRecord>()
  for (const run of recorded) {
    const name = `${run.job}/${run.runId}`
    runs.set(name, runs.get(name)?.status === 'lost' ? { ...run, wasLost: true } : run)
  }
  const inOrder = [...runs.values()].toSorted(
    (a, b) => b.scheduledTime - a.scheduledTime || compare(a.job, b.job) || compare(a.runId, b.runId),
  )
  const list = (filter: RunFilter): RunRecord[] => inOrder.filter((run) => matches(run, filter))
  return {
    list,
    failures: (filter) =>
      list(filter)
        .filter(({ status }) => status !== 'success')
        .map(({ job, runId, scheduledTime, status }) => ({ job, runId, scheduledTime, status })),
    statistics: (job, period) =>
      summarizeStatistics(list({ job, ...period }).reduceRight<JobStatistics>(foldStatistics, emptyStatistics())),
  }
}

function matches(run: RunRecord, { job, since = 0, status, until = Infinity }: RunFilter): boolean {
  const isAmong = (wanted: string | readonly string[] | undefined, value: string): boolean =>
    wanted === undefined || (typeof wanted === 'string' ? wanted === value : wanted.includes(value))
  const { scheduledTime: time } = run
  return isAmong(job, run.job) && isAmong(status, run.status) && time >= Number(since) && time < Number(until)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
