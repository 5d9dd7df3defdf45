import { mapParallel, systemRandom } from '@s3sched/kernel'
import { encodeDocument, openStore, type Fields } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'
import type { ChangeArgs } from './change-process.ts'
import { claimed, sampleRecord, type SampleRecord } from './sample-record.ts'

export interface ObjectsChanged {
  readonly defineMs: number
  readonly changesPerSecond: number
  readonly cpuMsPerChange: number
}

/** The most requests at once, as in the scheduler. */
const AT_ONCE = 50

/** The same changes with an object for each record, each by compare-and-swap. */
const { seconds, store: connection, waiting } = givenArgs() as ChangeArgs
const store = openStore(connection)
await store.put('warm-up', new Uint8Array(1)) // loads the SDK
const records: { record: SampleRecord; etag: string | undefined }[] = Array.from({ length: waiting }, (_, index) => ({
  record: sampleRecord(index),
  etag: undefined,
}))

const change = async (index: number): Promise<void> => {
  const object = records[index]
  if (object === undefined) return
  const record = object.etag === undefined ? object.record : claimed(object.record)
  const condition = object.etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: object.etag }
  const fields: Fields = { ...record }
  const put = await store.put(`objects/${index}.json`, encodeDocument(fields, systemRandom.id()), { condition })
  if (put.outcome !== 'written') throw new Error(`object ${index}: ${put.outcome}`)
  records[index] = { record, etag: put.etag }
}
const round = (): Promise<unknown> => mapParallel([...records.keys()], AT_ONCE, change)

const definedFrom = performance.now()
await round()
const defineMs = performance.now() - definedFrom
const cpuBefore = process.cpuUsage()
const from = performance.now()
let changes = 0
while (performance.now() - from < seconds * 1000) {
  await round()
  changes += waiting
}
const took = (performance.now() - from) / 1000
const cpu = process.cpuUsage(cpuBefore)
await store.close()
const changed: ObjectsChanged = {
  defineMs,
  changesPerSecond: changes / took,
  cpuMsPerChange: (cpu.user + cpu.system) / 1000 / changes,
}
await tell({ ...changed })
process.disconnect()
