/** Increments a counter protected only by the lock: reads, lets other processes run, and overwrites. */
import { setTimeout as delay } from 'node:timers/promises'
import { encodeDocument, openStore, readDocument } from '@s3sched/store'
import { createLock } from '../../src/index.ts'

interface Args {
  readonly connection: string
  readonly rounds: number
  readonly holder: string
}

const { connection, rounds, holder } = JSON.parse(process.argv[2] ?? '') as Args
const store = openStore(connection)
// Nobody dies here, so a long lease delays nobody, and a starved process keeps its own.
const lock = createLock(store, 'counter', { holder, ttlMs: 60_000 })

for (let round = 1; round <= rounds; round++) {
  await lock.withLock(
    async () => {
      const got = await readDocument(store, 'counter.json')
      const count = got.outcome === 'found' ? Number(got.fields['count']) : 0
      await delay(2)
      await store.put('counter.json', encodeDocument({ count: count + 1 }, `${holder}-${round}`))
    },
    { waitMs: Infinity },
  )
}
await store.close()
