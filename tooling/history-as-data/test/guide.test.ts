import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, GUIDE } from './guide-blocks.ts'
import { findPandas, runPython } from './run-pandas.ts'
import { ARCHIVED, JOBS, REPEATED, writeSampleArchive } from './sample-archive.ts'

let folder: string
let duckdb: DuckDBInstance
let connection: DuckDBConnection

const here = (text: string): string => text.replaceAll('s3://BUCKET/s3sched', folder)

async function rowsOf(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await connection.runAndReadAll(here(sql))).getRowObjectsJson()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3sched-history-'))
  await writeSampleArchive(folder)
  duckdb = await DuckDBInstance.create(':memory:')
  connection = await duckdb.connect()
})

afterAll(async () => {
  connection.closeSync()
  duckdb.closeSync()
  await rm(folder, { recursive: true, force: true })
})

describe('DuckDB', () => {
  it('runs every statement of the guide, and finds rows', async () => {
    const statements = blocksOf('sql')
    expect(statements.length).toBeGreaterThan(6)
    const empty: string[] = []
    for (const sql of statements) {
      const rows = await rowsOf(sql)
      if (/^\s*select/i.test(sql) && rows.length === 0) empty.push(sql)
    }
    expect(empty).toEqual([])
  })

  it('counts a run in two sets, and one with a verdict and a real end, once by the view for it', async () => {
    expect(await rowsOf('select count(*)::int as runs from runs')).toEqual([{ runs: ARCHIVED + REPEATED }])
    expect(await rowsOf('select count(*)::int as runs from each_run_once')).toEqual([{ runs: ARCHIVED }])
    const sql = "select distinct status from each_run_once where run_id = 'mail-0'"
    expect(await rowsOf(sql)).toEqual([{ status: 'success' }])
  })

  it('reads the values as they were recorded', async () => {
    const sql = `select scheduled_at::varchar as at, lag_ms::int as lag, duration_ms::int as duration, day::varchar as day
      from runs where run_id = 'report-200'`
    const expected = { at: '2026-01-02 09:20:00+00', lag: 4, duration: 240, day: '2026-01-02' }
    await connection.run("set timezone = 'UTC'")
    expect(await rowsOf(sql)).toEqual([expected])
  })
})

it('declares for Athena the columns that the files have', async () => {
  const [table = ''] = blocksOf('sql athena')
  const declared = [...table.slice(0, table.indexOf('STORED')).matchAll(/`?(\w+)`? (string|timestamp|bigint)\b/g)].map(
    ([, name, type]) => [name, type],
  )
  const types: Readonly<Record<string, string>> = {
    VARCHAR: 'string',
    DATE: 'string',
    BIGINT: 'bigint',
    'TIMESTAMP WITH TIME ZONE': 'timestamp',
  }
  const columns = await rowsOf('select column_name, column_type from (describe runs)')
  expect(declared).toEqual(columns.map(({ column_name: name, column_type: type }) => [name, types[String(type)]]))
})

it('describes each column in its table', async () => {
  const names = (await rowsOf('select column_name from (describe runs)')).map(({ column_name: name }) => name)
  const described = [...GUIDE.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)])
  expect(new Set(described.map(([, name]) => name))).toEqual(new Set(names))
})

it('the queries for Athena and Grafana fit the columns: DuckDB runs them, with two functions of Athena', async () => {
  const [view = ''] = blocksOf('sql athena').filter((sql) => sql.startsWith('CREATE VIEW'))
  const queries = blocksOf('sql athena').filter((sql) => sql.startsWith('SELECT'))
  expect(queries).toHaveLength(2)
  await connection.run("set timezone = 'UTC'")
  await connection.run('create view s3sched_runs as select * replace (day::varchar as day) from runs')
  await connection.run(view)
  expect(await rowsOf('select count(*)::int as runs from s3sched_each_run_once')).toEqual([{ runs: ARCHIVED }])
  await connection.run('create macro from_unixtime(seconds) as to_timestamp(seconds)')
  await connection.run('create macro date_format(instant, form) as strftime(instant, form)')
  // Grafana replaces these before Athena sees the query.
  const [from, to] = [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 0, 3) / 1000]
  const asked = (sql: string): string =>
    sql
      .replace(/\$__timeFilter\((\w+)\)/, `$1 between to_timestamp(${from}) and to_timestamp(${to})`)
      .replace('$__unixEpochFrom()', String(from))
      .replace('$__unixEpochTo()', String(to))
  for (const sql of queries) expect(await rowsOf(asked(sql))).not.toEqual([])
})

const python = findPandas()

it.skipIf(python === undefined)('pandas runs the code of the guide', async () => {
  const [code = ''] = blocksOf('python')
  const count = 'print("successes", len(runs))'
  const stdout = await runPython(python ?? '', `${here(code)}\n${count}`)
  for (const job of JOBS) expect(stdout).toContain(job)
  const [{ successes } = {}] = await rowsOf(
    "select count(*)::int as successes from each_run_once where status = 'success'",
  )
  expect(stdout).toContain(`successes ${String(successes)}`)
})
