import type { CallOptions } from '@s3sched/store'
import { csvHeader, csvLine } from './csv.ts'
import type { ProblemReports } from './history-problem.ts'
import type { RunFilter } from './run-query.ts'
import type { RunRecord } from './run-record.ts'

/** The runs to export, and the form of the export. */
export interface ExportOptions extends RunFilter, CallOptions, ProblemReports {
  /** `ndjson`: one complete JSON object per line. `csv`: a header and one line per run, without result and log. */
  readonly format?: 'ndjson' | 'csv'
}

/** The lines of an export. */
export function runLines(runs: AsyncIterable<RunRecord>, format: 'ndjson' | 'csv'): AsyncIterable<string> {
  return format === 'csv' ? asCsv(runs) : asNdjson(runs)
}

async function* asNdjson(runs: AsyncIterable<RunRecord>): AsyncGenerator<string> {
  for await (const run of runs) yield `${JSON.stringify(run)}\n`
}

async function* asCsv(runs: AsyncIterable<RunRecord>): AsyncGenerator<string> {
  yield csvHeader()
  for await (const run of runs) yield csvLine(run)
}
