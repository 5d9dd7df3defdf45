import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as DuckDb from '@duckdb/node-api'
import type { HistoryProblem, RunRecord, RunsQuery } from '@s3sched/history'
import { archiveCopies, parquetOf } from '@s3sched/history/archive'
import type { Logger } from '@s3sched/kernel'
import type { Operator } from '@s3sched/operator'
import { UsageError } from './ending.ts'
import type { CommandFilter } from './input/run-filter.ts'

export interface QueriedRuns {
  readonly columns: readonly string[]
  /** Values as in JSON. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

export interface QueryDeps {
  readonly operator: Operator
  readonly logger: Logger
  readonly signal: AbortSignal
}

/**
 * Runs a statement of SQL on the runs of a filter, by DuckDB in this process: 1 LIST per 1,000 files of the archive, 1 GET
 * for each file, and the requests of a history for the runs that are not archived yet. The files lie in a temporary folder
 * meanwhile, so that each store will do.
 * @throws UsageError without DuckDB; DuckDB's error for a wrong statement
 */
export async function queryRuns(
  { logger, operator, signal }: QueryDeps,
  sql: string,
  filter: CommandFilter,
): Promise<QueriedRuns> {
  const { DuckDBInstance } = await loadDuckDb()
  const folder = await mkdtemp(join(tmpdir(), 's3sched-sql-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const interrupt = (): void => connection.interrupt()
  signal.addEventListener('abort', interrupt)
  try {
    let files = 0
    const write = (body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> =>
      writeFile(join(folder, `${files++}.parquet`), body, { signal })
    // In the order in which runs move: a run that has left the segments by now is in the archive.
    const onProblem = ({ key, problem }: HistoryProblem): void => logger.warn(`${key}: ${problem}`)
    await write(parquetOf(recentRuns(operator, filter, { onProblem, signal })))
    const { since, until } = filter
    for await (const { body } of archiveCopies({ store: operator.store, logger }, { since, until, signal }))
      await write(body)
    await createView(connection, join(folder, '*.parquet'), filter)
    const result = await connection.runAndReadAll(sql)
    signal.throwIfAborted()
    return { columns: result.columnNames(), rows: result.getRowObjectsJson() }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', interrupt)
    connection.closeSync()
    instance.closeSync()
    await rm(folder, { recursive: true, force: true })
  }
}

function recentRuns(
  operator: Operator,
  { since, until }: CommandFilter,
  reading: Pick<RunsQuery, 'onProblem' | 'signal'>,
): AsyncIterable<RunRecord> {
  const period = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
  return operator.recentRuns({ ...period, ...reading })
}

/** The column names of the guide, each run once: a run may lie in two files, and a verdict beside the real end. */
async function createView(connection: DuckDb.DuckDBConnection, files: string, filter: CommandFilter): Promise<void> {
  const { job, since, status, until } = filter
  const conditions = [
    'place = 1',
    ...(since === undefined ? [] : [`scheduled_at >= to_timestamp(${since} / 1000)`]),
    ...(until === undefined ? [] : [`scheduled_at < to_timestamp(${until} / 1000)`]),
    ...inList('job', job),
    ...inList('status', status),
  ]
  await connection.run("set timezone = 'UTC'")
  await connection.run(`create view runs as
    select * exclude (place),
      scheduled_at::date as day, case when status = 'success' then 'success' else 'other' end as outcome
    from (
      select *, row_number() over (
        partition by job, run_id
        order by case status when 'lost' then 0 when 'skipped' then 1 when 'missed' then 1 when 'cancelled' then 2 else 3 end desc
      ) as place
      from read_parquet(${quoted(files)}, union_by_name = true)
    )
    where ${conditions.join(' and ')}`)
}

function inList(column: string, wanted: string | readonly string[] | undefined): string[] {
  if (wanted === undefined) return []
  return [`${column} in (${[wanted].flat().map(quoted).join(', ')})`]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

async function loadDuckDb(): Promise<typeof DuckDb> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError(
      '--sql needs DuckDB, which is not installed',
      'Install DuckDB beside s3sched: npm install @duckdb/node-api',
    )
  }
}
