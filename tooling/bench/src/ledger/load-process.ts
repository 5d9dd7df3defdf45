import { createLedger, plainCodec } from '@s3sched/ledger'
import { openStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop, type LongestBlock } from '../process/watch-loop.ts'
import { claimed, type SampleRecord } from './sample-record.ts'

export interface Loaded {
  readonly records: number
  readonly pages: number
  readonly requests: number
  readonly loadMs: number
  readonly block: LongestBlock
  /** The memory that the loaded ledger takes, in MB. */
  readonly residentMegabytes: number
  readonly heapMegabytes: number
  /** The same after changes of half of the records. */
  readonly changedHeapMegabytes: number
}

const { store: connection } = givenArgs() as { readonly store: string }
const { requests, store } = createCountingStore(openStore(connection))
const ledger = createLedger<SampleRecord>(store, { codec: plainCodec() })
/** A forced collection compacts the heap, which takes memory for a while: the resident memory is read before. */
const weigh = (): { readonly resident: number; readonly heap: number } => {
  const resident = residentMegabytes()
  globalThis.gc?.()
  globalThis.gc?.()
  const { external, heapUsed } = process.memoryUsage()
  return { resident, heap: (heapUsed + external) / 1e6 }
}

const empty = weigh()
const endOfWatch = watchLoop()
const from = performance.now()
let pages = 0
let records = 0
for await (const page of ledger.pages()) {
  pages++
  records += [...page.keys()].length
}
const loadMs = performance.now() - from
const block = endOfWatch()
const counted = requests.get + requests.list
const loaded = weigh()
for (let first = 0; first < records; first += 5000) {
  const some = Array.from({ length: 2500 }, (_, index) => `job-${first + 2 * index}`)
  await Promise.all(
    some.map((key) =>
      ledger.change(key, (record) =>
        record === undefined ? { do: 'refuse', reason: 'missing' } : { do: 'write', record: claimed(record) },
      ),
    ),
  )
}
const changed = weigh()
await ledger.close()
await store.close()
const result: Loaded = {
  records,
  pages,
  requests: counted,
  loadMs,
  block,
  residentMegabytes: loaded.resident - empty.resident,
  heapMegabytes: loaded.heap - empty.heap,
  changedHeapMegabytes: changed.heap - empty.heap,
}
await tell({ ...result })
process.disconnect()
