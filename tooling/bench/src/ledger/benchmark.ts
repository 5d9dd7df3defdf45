import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createLedger, plainCodec } from '@s3sched/ledger'
import { openStore } from '@s3sched/store'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import type { ChangeArgs, Changed } from './change-process.ts'
import type { Loaded } from './load-process.ts'
import type { ObjectsChanged } from './object-process.ts'
import { pageWorkMs } from './page-work.ts'
import { sampleRecord, type SampleRecord } from './sample-record.ts'

/**
 * `@s3sched/ledger` on MinIO, and in a folder, beside an object for each record in the same run, and its memory.
 *
 * - `S3SCHED_BENCH_RECORDS`: number of records for the memory, 100,000 by default
 * - `S3SCHED_BENCH_SECONDS`: seconds for each rate, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const records = Number(process.env['S3SCHED_BENCH_RECORDS'] ?? 100_000)
  return [...(await ofPages()), ...(await onMinio()), ...(await inFolder()), ...(await inMemory(records))]
}

async function ofPages(): Promise<readonly Measurement[]> {
  return [
    {
      name: 'apply and encode a page of 100 records, all changed',
      value: await pageWorkMs(100),
      unit: 'ms',
      atMost: 1,
    },
    {
      name: 'apply and encode a page of 250 records, all changed',
      value: await pageWorkMs(250),
      unit: 'ms',
      atMost: 3,
    },
  ]
}

async function onMinio(): Promise<readonly Measurement[]> {
  const minio = await startMinio()
  if (minio === undefined) return []
  const both = async (waiting: number): Promise<Both> => changeBoth(await minio.bucket(), waiting)
  try {
    const one = await both(1)
    const fifty = await both(50)
    const many = await both(5000)
    const defined = await both(10_000)
    return [
      { name: 'one record, commits', value: one.ledger.changesPerSecond, unit: 'per s' },
      { name: 'one record, beside an object', value: times(one), unit: 'times', atLeast: 0.7 },
      ...ofRate('50 changes waiting', fifty, 5),
      ...ofRate('5,000 changes waiting', many, 10),
      { name: '10,000 new records', value: defined.ledger.defineMs / 1000, unit: 's', atMost: 3 },
      {
        name: '10,000 new records, beside objects',
        value: defined.objects.defineMs / defined.ledger.defineMs,
        unit: 'times',
        atLeast: 5,
      },
      {
        name: '10,000 new records, longest block on the core',
        value: defined.ledger.defineBlock.cpuMs,
        unit: 'ms',
        atMost: 50,
      },
    ]
  } finally {
    await minio.stop()
  }
}

async function inFolder(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  try {
    return ofRate('in a folder, 50 changes waiting', await changeBoth(pathToFileURL(folder).href, 50), 5)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Both {
  readonly ledger: Changed
  readonly objects: ObjectsChanged
}

/** The same changes on the same store, by a ledger and by an object for each record. */
async function changeBoth(store: string, waiting: number): Promise<Both> {
  const args: ChangeArgs = { store, waiting, seconds: Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 3) }
  const ledger = await runProcess<Changed>(new URL('change-process.ts', import.meta.url), { ...args })
  const objects = await runProcess<ObjectsChanged>(new URL('object-process.ts', import.meta.url), { ...args })
  return { ledger, objects }
}

function times({ ledger, objects }: Both): number {
  return ledger.changesPerSecond / objects.changesPerSecond
}

function ofRate(name: string, both: Both, atLeast: number): readonly Measurement[] {
  const { ledger, objects } = both
  return [
    { name, value: ledger.changesPerSecond, unit: 'changes/s' },
    { name: `${name}, an object each`, value: objects.changesPerSecond, unit: 'changes/s' },
    { name: `${name}, beside objects`, value: times(both), unit: 'times', atLeast },
    { name: `${name}, writes`, value: ledger.putsPerSecond, unit: 'PUT/s' },
    { name: `${name}, CPU of a change`, value: ledger.cpuMsPerChange * 1000, unit: 'µs' },
    { name: `${name}, CPU of an object`, value: objects.cpuMsPerChange * 1000, unit: 'µs' },
    { name: `${name}, longest block on the core`, value: ledger.block.cpuMs, unit: 'ms', atMost: 50 },
  ]
}

async function inMemory(records: number): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  try {
    const store = pathToFileURL(folder).href
    await fill(store, records)
    const loaded = await runProcess<Loaded>(new URL('load-process.ts', import.meta.url), { store })
    const name = `${loaded.records} records in a folder`
    return [
      { name: `${name}, read`, value: loaded.loadMs / 1000, unit: 's', atMost: 3 },
      { name: `${name}, pages`, value: loaded.pages, unit: 'pages' },
      { name: `${name}, requests`, value: loaded.requests, unit: 'requests', atMost: loaded.pages + 10 },
      { name: `${name}, longest block on the core`, value: loaded.block.cpuMs, unit: 'ms', atMost: 50 },
      { name: `${name}, memory`, value: loaded.residentMegabytes, unit: 'MB', atMost: 150 },
      { name: `${name}, in use`, value: loaded.heapMegabytes, unit: 'MB', atMost: 100 },
      { name: `${name}, in use after changes of half`, value: loaded.changedHeapMegabytes, unit: 'MB', atMost: 130 },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(connection: string, records: number): Promise<void> {
  const store = openStore(connection)
  const ledger = createLedger<SampleRecord>(store, { codec: plainCodec() })
  // Every page is committed, as it is in a ledger that has worked for a while.
  for (let round = 0; round < 2; round++) {
    for (let first = 0; first < records; first += 10_000) {
      const some = Array.from({ length: Math.min(10_000, records - first) }, (_, index) => first + index)
      await Promise.all(
        some.map((index) => ledger.change(`job-${index}`, () => ({ do: 'write', record: sampleRecord(index) }))),
      )
    }
  }
  await ledger.close()
  await store.close()
}
