/** Increments a fenced value under the lock, again and again, without ever checking whether the lock is still held. */
import { setTimeout as delay } from 'node:timers/promises'
import { S3SchedError } from '@s3sched/kernel'
import { openStore } from '@s3sched/store'
import { createFencedValue, createLock } from '../../src/index.ts'

interface Args {
  readonly connection: string
  readonly holder: string
}

const { connection, holder } = JSON.parse(process.argv[2] ?? '') as Args
const store = openStore(connection)
const lock = createLock(store, 'careless', { holder, ttlMs: 1000 })
const over = new AbortController()
process.on('SIGTERM', () => over.abort())

console.log('started')
while (!over.signal.aborted) {
  try {
    await increment()
  } catch (error) {
    // With a ttl this short a request may take too long, which is not under test here.
    if (!(error instanceof S3SchedError) || !error.retriable) throw error
  }
}
await store.close()

async function increment(): Promise<void> {
  const acquired = await lock.acquire({ waitMs: 500 })
  if (acquired.outcome === 'held') return
  const { fence } = acquired.lease
  const value = createFencedValue<number>(store, 'value.json')
  const got = await value.get({ fence })
  console.log(`holds ${fence}`)
  // Long enough to be stopped or killed in, also on a busy machine.
  await delay(500)
  const next = (got.outcome === 'found' ? got.value : 0) + 1
  const put = got.outcome === 'stale' ? got : await value.put(next, { fence })
  console.log(put.outcome === 'written' ? `wrote ${next}` : `refused ${next}`)
  await acquired.lease.release()
}
