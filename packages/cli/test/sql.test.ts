import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordRuns, type RunRecord } from '@s3sched/history'
import { archiveSegments } from '@s3sched/history/archive'
import { createManualClock } from '@s3sched/kernel/testing'
import { scopeStore, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeAll, expect, it } from 'vitest'
import { runWords, type Ended } from './terminal.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const manual = createManualClock(START + DAY + 3_600_000)
const clock = { ...manual, sleep: () => Promise.resolve() }

/** The first page of job records. */
const ROOT = { page: 'root' }

let store: ObjectStore

const run = (n: number, more: Partial<RunRecord> = {}): RunRecord => {
  const scheduledTime = START + n * 60_000
  const attempts = [{ attempt: 1, startedAt: scheduledTime, durationMs: 40, status: 'success' }] as const
  const times = { scheduledTime, startedAt: scheduledTime, endedAt: scheduledTime + 40, durationMs: 40 }
  const known = {
    runId: `run-${n}`,
    job: `job-${n % 2}`,
    status: 'success',
    trigger: 'schedule',
    workerId: 'w',
  } as const
  return { ...known, ...times, attempts, ...more }
}

/** Two hundred runs of a day in the archive, one of them as lost; its real end and ten runs of the next day in segments. */
beforeAll(async () => {
  store = createMemoryStore({ clock: manual })
  const place = scopeStore(store, 's3sched/')
  const verdict = run(7, { status: 'lost', attempts: [], reason: 'its process is gone' })
  await recordRuns(place, [verdict, ...Array.from({ length: 200 }, (_, n) => run(n)).filter((_, n) => n !== 7)], ROOT)
  await archiveSegments({ store: place, clock })
  await recordRuns(place, [run(7), ...Array.from({ length: 10 }, (_, n) => run(1440 + n))], ROOT)
})

const words = (...asked: string[]): Promise<Ended> => runWords([...asked, 's3://bucket'], { clock, store })

it('a statement sees the archive and what is not in it yet, and each run once, as it ended', async () => {
  const sql =
    "select job, count(*)::int as runs, bool_and(status = 'success') as fine from runs group by job order by job"
  const { code, stdout } = await words('history', '--sql', sql, '--json')
  expect(code).toBe(0)
  const rows = [
    { job: 'job-0', runs: 105, fine: true },
    { job: 'job-1', runs: 105, fine: true },
  ]
  expect(JSON.parse(stdout)).toMatchObject({ columns: ['job', 'runs', 'fine'], rows })
})

it('a filter holds for a statement, too, and rows come as a table', async () => {
  const sql = 'select day::varchar as day, outcome, count(*)::int as runs from runs group by all'
  const { stdout } = await words('history', 'job-1', '--since', '2026-01-02', '--sql', sql)
  expect(stdout).toBe('day         outcome  runs\n2026-01-02  success  5\n')
  expect((await words('history', '--sql', 'select 1 where false')).stdout).toBe('No rows.\n')
})

it('a wrong statement and options that contradict it are named', async () => {
  const wrong = await words('history', '--sql', 'select nothing from runs')
  expect(wrong.code).not.toBe(0)
  expect(wrong.stderr).toContain('nothing')
  expect((await words('history', '--sql', 'select 1', '--follow')).stderr).toContain('--follow')
})

it('an export as Parquet has all runs', async () => {
  const { code, stdout } = await words('export', '--format', 'parquet')
  expect(code).toBe(0)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-export-'))
  await writeFile(join(folder, 'runs.parquet'), Buffer.from(stdout, 'latin1'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const sql = `select count(*)::int as runs, count(distinct run_id)::int as ids, max(scheduled_at)::varchar as newest
    from '${join(folder, 'runs.parquet')}'`
  await connection.run("set timezone = 'UTC'")
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson()
  expect(rows).toEqual([{ runs: 210, ids: 210, newest: '2026-01-02 00:09:00+00' }])
  connection.closeSync()
  instance.closeSync()
  await rm(folder, { recursive: true })
})

it('Parquet is not written to a terminal', async () => {
  const { code, stderr } = await runWords(['export', '--format', 'parquet', 's3://b'], { clock, store, columns: 80 })
  expect(code).not.toBe(0)
  expect(stderr).toContain('runs.parquet')
})

it('a foreign file and one that was cut off are named, and hide nothing beside them', async () => {
  const [file = ''] = await keysOf('s3sched/history/')
  const got = await store.get(file)
  const body = got.outcome === 'found' ? got.body : new Uint8Array()
  const cut = file.replace(/runs-[^.]+/, 'runs-cut')
  await store.put(cut, body.subarray(0, 300))
  await store.put('s3sched/history/notes.txt', new Uint8Array(5))
  const { stderr, stdout } = await words('history', '--sql', 'select count(*)::int as runs from runs', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ rows: [{ runs: 210 }] })
  expect(stderr).toContain(cut.slice('s3sched/'.length))
  expect(stderr).toContain('history/notes.txt')
  const list = await words('history', '--limit', '300', '--json')
  expect((JSON.parse(list.stdout) as { readonly runs: readonly unknown[] }).runs).toHaveLength(210)
})

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { objects } of store.list(prefix)) keys.push(...objects.map(({ key }) => key))
  return keys
}

it('runs the statement of the guide', async () => {
  const guide = await readFile(new URL('../../../docs/guides/history-as-data.md', import.meta.url), 'utf8')
  const [, sql = ''] = /^s3sched history .*--sql "(.*)"$/m.exec(guide) ?? []
  expect(sql).toContain('from runs')
  const { code, stdout } = await words(
    'history',
    '--sql',
    sql.replace("outcome = 'other'", "outcome = 'success'"),
    '--json',
  )
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ rows: [{ failures: '105' }, { failures: '105' }] })
})
