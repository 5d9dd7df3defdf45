import { createLedger, plainCodec } from '@s3sched/ledger'
import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { median } from '../statistics.ts'
import { claimed, sampleRecord, type SampleRecord } from './sample-record.ts'

const ROUNDS = 200

/**
 * The time from the first decision of a commit to its write, in ms: applying a change of each record of a page, and
 * encoding the page.
 */
export async function pageWorkMs(records: number): Promise<number> {
  const times: number[] = []
  let from = 0
  const memory = createMemoryStore()
  const store: ObjectStore = {
    ...memory,
    put: (key, body, options) => {
      times.push(performance.now() - from)
      return memory.put(key, body, options)
    },
  }
  const ledger = createLedger<SampleRecord>(store, { codec: plainCodec(), maxChars: 4_194_304 })
  for (let round = 0; round < ROUNDS; round++) {
    const changes = Array.from({ length: records }, (_, index) =>
      ledger.change(`job-${index}`, (record) => {
        if (index === 0) from = performance.now()
        return { do: 'write', record: claimed(record ?? sampleRecord(index)) }
      }),
    )
    await Promise.all(changes)
  }
  await ledger.close()
  return median(times.slice(ROUNDS / 2))
}
