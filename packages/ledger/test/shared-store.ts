import type { ObjectStore } from '@s3sched/store'
import { createLedger, plainCodec, type Decision } from '../src/index.ts'

export interface Together {
  /** The number of changes answered `written`. */
  readonly written: number
  /** All changes in the records at the end. */
  readonly found: number
  /** Changes found in a record twice, or in no record despite the answer `written`. */
  readonly wrong: readonly string[]
  /** Entries in the pages at the end. */
  readonly entries: number
  readonly pages: number
}

type List = readonly string[]

/** Several ledgers on clients of their own append to the same records, and split the same pages. */
export async function changeTogether(
  open: () => ObjectStore,
  { keys, rounds, writers }: { readonly keys: number; readonly rounds: number; readonly writers: number },
): Promise<Together> {
  const codec = plainCodec<List>()
  const written: string[] = []
  const work = async (writer: number): Promise<void> => {
    const store = open()
    const ledger = createLedger(store, { codec, namespace: 'shared/', maxRecords: 20 })
    const append = async (round: number, key: number): Promise<void> => {
      const id = `${writer}/${round}/${key}`
      const change = (list: List = []): Decision<List> => ({
        do: 'write',
        record: [...list, id],
        entries: [{ id, text: String(round) }],
      })
      const answer = await ledger.change(`key-${key}`, change, { withinMs: key % 3 })
      if (answer.outcome === 'written') written.push(id)
    }
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: keys }, (_, key) => append(round, key)))
    }
    await ledger.close()
    await store.close()
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => work(writer)))

  const store = open()
  const ledger = createLedger(store, { codec, namespace: 'shared/' })
  const found: string[] = []
  let entries = 0
  let pages = 0
  for await (const page of ledger.pages()) {
    pages++
    entries += page.entriesSize.count
    for (const [, read] of page.records()) if (read.outcome === 'read') found.push(...read.record)
  }
  await ledger.close()
  await store.close()
  const once = new Set(found)
  const twice = found.filter((id, at) => found.indexOf(id) !== at)
  const wrong = [...twice, ...written.filter((id) => !once.has(id))]
  return { written: written.length, found: found.length, wrong, entries, pages }
}
