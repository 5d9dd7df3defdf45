/**
 * Acquires the lock, reads a fenced value, reports it, and writes the value back on the parent's `SIGUSR2`, without
 * checking whether the lock is still held: the behaviour of a careless program that was paused in between.
 */
import { once } from 'node:events'
import { openStore } from '@s3sched/store'
import { createFencedValue, createLock } from '../../src/index.ts'

interface Args {
  readonly connection: string
  readonly holder: string
}

const { connection, holder } = JSON.parse(process.argv[2] ?? '') as Args
const store = openStore(connection)
// Its end is awaited, and a claim is trusted whose answer takes up to two seconds.
const lock = createLock(store, 'held', { holder, ttlMs: 3000 })
const acquired = await lock.acquire({ waitMs: Infinity })
if (acquired.outcome === 'held') throw new Error(`held by ${acquired.by}`)
const { lease } = acquired
lease.signal.addEventListener('abort', () => console.log(`lost ${lease.fence}`))
const { fence } = lease
const value = createFencedValue<number>(store, 'value.json')
const got = await value.get({ fence })
// Waiting for a signal does not keep a process alive, and after the end of the lease nothing else would.
const alive = setInterval(() => {}, 1000)
const told = once(process, 'SIGUSR2')
console.log(`holds ${fence}`)
await told
console.log(`trusts ${lease.isTrusted()}`)
const put = await value.put((got.outcome === 'found' ? got.value : 0) + 1, { fence })
console.log(`put ${put.outcome}`)
await lease.release()
clearInterval(alive)
await store.close()
