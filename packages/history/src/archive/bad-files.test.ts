import { describe, expect, it } from 'vitest'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { createArchiveWorld, type ArchiveWorld } from '../../test/archive-world.ts'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import { archiveKey } from './archive-key.ts'
import { filterOfJobs } from '../segments/job-filter.ts'

const when = START + DAY + 60 * MINUTE

async function withGoodRun(): Promise<ArchiveWorld> {
  const world = createArchiveWorld(when)
  await world.segments([aRun({ runId: 'good' })])
  await world.archive()
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  return world
}

/** A sound name, beside the good file. */
const KEY = archiveKey({
  day: START / DAY,
  outcome: 'success',
  set: 'bad',
  part: 0,
  newest: START,
  oldest: START,
  count: 1,
  statuses: new Set(['success']),
  jobs: filterOfJobs(new Set(['report']), 'bad.success.0'),
  rare: 'A',
})

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number]

function parquet(columns: readonly Column[], version: string | null = '1'): Uint8Array {
  const kvMetadata = version === null ? [] : [{ key: 's3sched.schema', value: version }]
  return new Uint8Array(parquetWriteBuffer({ columnData: [...columns], kvMetadata }))
}

const column = (name: string, value: unknown, type: NonNullable<Column['type']> = 'STRING'): Column => ({
  name,
  data: [value],
  type,
})
// oxlint-disable-next-line no-restricted-globals -- a given instant
const at = new Date(START)
const COLUMNS: readonly Column[] = [
  column('job', 'report'),
  column('run_id', 'foreign'),
  column('status', 'success'),
  column('scheduled_at', at, 'TIMESTAMP'),
  column('ended_at', at, 'TIMESTAMP'),
  column('duration_ms', 5n, 'INT64'),
  column('trigger', 'schedule'),
  column('worker', 'w'),
]

const without = (name: string): readonly Column[] => COLUMNS.filter((each) => each.name !== name)
const sound = parquet(COLUMNS)

const BAD: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['an empty object', new Uint8Array(), /its 0 bytes are too few/],
  ['some text', new TextEncoder().encode('hello, world, and more'), /does not end as a Parquet file does/],
  ['a file that was cut off', sound.slice(0, sound.length - 20), /does not end as a Parquet file does/],
  ['a footer longer than the file', new TextEncoder().encode('PAR1\u00ff\u00ff\u00ff\u007fPAR1'), /./],
  ['a file without its beginning', sound.slice(200), /./],
  ['a Parquet file of another tool', parquet(COLUMNS, null), /it is no file of s3sched/],
  ['a later version of the schema', parquet(COLUMNS, '2'), /version "2" of its schema is not 1; upgrade s3sched/],
  [
    'a column of another type',
    parquet([...without('job'), column('job', 5n, 'INT64')]),
    /its column job is not a text/,
  ],
  ['no column of a run', parquet(without('run_id')), /it has no column run_id/],
  ['a run that is none', parquet([...without('status'), column('status', 'fine')]), /row 0: expected status/],
  ['broken JSON', parquet([...COLUMNS, column('result', '{')]), /row 0: it holds broken JSON/],
]

describe('is named once, and hides nothing beside it', () => {
  it.each(BAD)('%s', async (_, body, problem) => {
    const world = await withGoodRun()
    await world.store.put(KEY, body)
    for (let times = 0; times < 2; times += 1) {
      const { problems, runs } = await world.reader.list({ job: 'report' })
      expect(runs.map(({ runId }) => runId)).toEqual(['good'])
      // The log is told once, and each query tells again.
      expect(problems).toEqual([{ key: KEY, problem: expect.stringMatching(problem) as unknown }])
    }
    expect(world.told.filter((line) => line.includes('runs-bad'))).toHaveLength(1)
    expect(world.told.find((line) => line.includes('runs-bad'))).toMatch(problem)
  })

  it('a file with a name of another tool', async () => {
    const world = await withGoodRun()
    await world.store.put('history/day=2026-01-01/outcome=success/part-0.parquet', sound)
    expect((await world.reader.list()).runs).toHaveLength(1)
    expect(world.told).toEqual([expect.stringContaining('part-0.parquet: its name is not one of s3sched')])
  })
})

it('reads a file with a column of a later version, and names the column', async () => {
  const world = await withGoodRun()
  await world.store.put(KEY, parquet([...COLUMNS, column('region', 'eu')]))
  expect((await world.reader.list()).runs.map(({ runId }) => runId)).toEqual(['foreign', 'good'])
  expect(world.told).toEqual([expect.stringContaining('its columns region are unknown and left out')])
})

it('never merges a file that can not be read whole, and merges the others', async () => {
  const world = await withGoodRun()
  await world.store.put(KEY, parquet([...COLUMNS, column('region', 'eu')]))
  await world.segments([aRun({ runId: 'late', scheduledTime: START + 1 })])
  await world.clock.advance(DAY)
  await world.archive()
  const keys = await world.keys('history/')
  expect(keys).toContain(KEY)
  expect(keys).toHaveLength(2)
  expect((await world.newReader().list()).runs.map(({ runId }) => runId)).toEqual(['late', 'foreign', 'good'])
})
