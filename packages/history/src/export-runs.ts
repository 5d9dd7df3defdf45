import { mapParallel, oneOf, resolveOptions } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { csvHeader, csvLine } from './csv.ts'
import { resolveFilter, type ResolvedFilter, type RunFilter } from './run-query.ts'
import { readRun } from './run-reader.ts'
import type { RunRecord } from './run-record.ts'
import { REQUESTS_AT_ONCE, type StoredEntry } from './run-scan.ts'
import { walkRuns } from './run-walk.ts'

export interface ExportOptions extends RunFilter, CallOptions {
  /** `ndjson`: one complete JSON object per line. `csv`: a header and one line per run, without result and log. */
  readonly format?: 'ndjson' | 'csv'
}

/** Lines of text with their line feeds; never more than 50 runs in memory. Invalid options throw at once. */
export function exportRuns(store: ObjectStore, options: ExportOptions = {}): AsyncIterable<string> {
  const { format: wanted, signal, timeoutMs, ...rest } = options
  const { format } = resolveOptions('exportRuns', { format: oneOf(['ndjson', 'csv'], 'ndjson') }, { format: wanted })
  const filter = resolveFilter(rest)
  return runLines(readAll(store, filter, { signal, timeoutMs }), format)
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

async function* readAll(store: ObjectStore, filter: ResolvedFilter, call: CallOptions): AsyncGenerator<RunRecord> {
  let window: StoredEntry[] = []
  const read = async (): Promise<RunRecord[]> => {
    const runs = await mapParallel(window, REQUESTS_AT_ONCE, (entry) => readRun(store, entry, call))
    window = []
    return runs.filter((run) => run !== undefined)
  }
  for await (const entry of walkRuns(store, filter, call)) {
    window.push(entry)
    if (window.length === REQUESTS_AT_ONCE) yield* await read()
  }
  yield* await read()
}
