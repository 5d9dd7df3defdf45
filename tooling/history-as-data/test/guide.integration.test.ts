import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { createBucket } from '@s3sched-tooling/minio'
import { archiveSegments } from '@s3sched/history/archive'
import { parseSegmentKey } from '@s3sched/history/segments'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { listAll, openStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { blocksOf } from './guide-blocks.ts'
import { findPandas, runPython } from './run-pandas.ts'

/** The longest text that lies in the record of its run: some sixty such runs make a segment. */
const LONG = 'x'.repeat(1900)

const python = findPandas()

let folder: string
let bucket: string
let duckdb: DuckDBInstance
let connection: DuckDBConnection

/** The statuses in the segments of a bucket, one entry for each segment. */
async function segmentsOf(place: ObjectStore): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const listed = await listAll(place, 'segments/')
  return new Map(listed.map(({ key }) => [key, parseSegmentKey(key)?.statuses ?? new Set()]))
}

describe.skipIf(!inject('minio'))('what a fleet wrote to a bucket', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 's3sched-fleet-'))
    const created = await createBucket()
    const { connectionString } = created
    bucket = created.bucket
    const store = openStore(connectionString)
    const place = scopeStore(store, 's3sched/')
    let runs = 0
    const schedule = { every: 100 }
    const scheduler = new SchedulerPlugin({
      store: connectionString,
      handleSignals: false,
      logger: silentLogger,
      jobs: {
        report: {
          schedule,
          action(_, { log }) {
            log(LONG)
            return { rows: ++runs, text: LONG }
          },
        },
        mail: {
          schedule,
          action(_, { log }) {
            log(LONG)
            return LONG
          },
        },
        sync: {
          schedule,
          action() {
            throw new TypeError(`row ${runs % 3} is missing ${LONG}`)
          },
        },
      },
    })
    const ended = (): Promise<void> => new Promise((resolve) => void scheduler.once('jobCompleted', () => resolve()))
    await scheduler.start()
    // Segments of the day go into the archive, and newer ones stay.
    let before = await segmentsOf(place)
    while (![...before.values()].some((statuses) => statuses.has('failed'))) {
      await ended()
      before = await segmentsOf(place)
    }
    await archiveSegments({ store: place }, { minSegments: 1 })
    while ([...(await segmentsOf(place)).keys()].every((key) => before.has(key))) await ended()
    await scheduler.stop()
    for (const { key } of await listAll(place, '')) {
      const got = await place.get(key)
      const path = join(folder, key)
      await mkdir(dirname(path), { recursive: true })
      if (got.outcome === 'found') await writeFile(path, got.body)
    }
    await store.close()
    duckdb = await DuckDBInstance.create(':memory:')
    connection = await duckdb.connect()
  })

  afterAll(async () => {
    connection.closeSync()
    duckdb.closeSync()
    await rm(folder, { recursive: true, force: true })
  })

  it('answers every statement of the guide', async () => {
    const empty: string[] = []
    for (const sql of blocksOf('sql')) {
      const rows = (await connection.runAndReadAll(sql.replaceAll('s3://BUCKET/s3sched', folder))).getRowObjectsJson()
      if (/^\s*select/i.test(sql) && rows.length === 0) empty.push(sql)
    }
    expect(empty).toEqual([])
  })

  it.skipIf(python === undefined)('is read in place by pandas, with the code of the guide', async () => {
    const [code = ''] = blocksOf('python')
    const { accessKeyId = '', endpoint = '', secretAccessKey = '' } = inject('minio') ?? {}
    const env = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
    }
    const stdout = await runPython(python ?? '', code.replaceAll('BUCKET', bucket), env)
    for (const job of ['report', 'mail']) expect(stdout).toContain(job)
  })
})
