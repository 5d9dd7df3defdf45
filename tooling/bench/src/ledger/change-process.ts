import { createLedger, plainCodec } from '@s3sched/ledger'
import { openStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop, type LongestBlock } from '../process/watch-loop.ts'
import { claimed, sampleRecord, type SampleRecord } from './sample-record.ts'

export interface ChangeArgs {
  readonly store: string
  /** The number of records, each with one change at a time. */
  readonly waiting: number
  readonly seconds: number
}

export interface Changed {
  /** Time until all records were there for the first time, in ms. */
  readonly defineMs: number
  readonly defineBlock: LongestBlock
  readonly changesPerSecond: number
  readonly putsPerSecond: number
  readonly cpuMsPerChange: number
  readonly block: LongestBlock
}

/** Changes all records of a ledger, round after round. */
const { seconds, store: connection, waiting } = givenArgs() as ChangeArgs
const opened = openStore(connection)
const { requests, store } = createCountingStore(opened)
const ledger = createLedger<SampleRecord>(store, { codec: plainCodec(), namespace: 'ledger/' })
await store.put('warm-up', new Uint8Array(1)) // loads the SDK

const round = (): Promise<unknown> =>
  Promise.all(
    Array.from({ length: waiting }, (_, index) =>
      ledger.change(`job-${index}`, (record) => ({
        do: 'write',
        record: record === undefined ? sampleRecord(index) : claimed(record),
      })),
    ),
  )

const endOfDefinition = watchLoop()
const definedFrom = performance.now()
await round()
const defineMs = performance.now() - definedFrom
const defineBlock = endOfDefinition()

const cpuBefore = process.cpuUsage()
const putsBefore = requests.put
const endOfWatch = watchLoop()
const from = performance.now()
let changes = 0
while (performance.now() - from < seconds * 1000) {
  await round()
  changes += waiting
}
const took = (performance.now() - from) / 1000
const cpu = process.cpuUsage(cpuBefore)
const changed: Changed = {
  defineMs,
  defineBlock,
  changesPerSecond: changes / took,
  putsPerSecond: (requests.put - putsBefore) / took,
  cpuMsPerChange: (cpu.user + cpu.system) / 1000 / changes,
  block: endOfWatch(),
}
await ledger.close()
await opened.close()
await tell({ ...changed })
process.disconnect()
