import { setTimeout as sleep } from 'node:timers/promises'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'

export interface HeapArgs {
  readonly jobs: number
  /** Of each job. */
  readonly schedule: string
  /** Number of further jobs, without a tick in the measured time. */
  readonly idle: number
  /** The heap is measured after each step. */
  readonly steps: number
  readonly stepMs: number
}

export interface Heap {
  /** After a collection, at the end of each step. */
  readonly heapMegabytes: readonly number[]
  /** Bodies of pages and other bytes outside of the heap, likewise. */
  readonly outsideMegabytes: readonly number[]
  /** The same before the collection: with the bytes that wait for V8 to collect them by itself. */
  readonly waitingMegabytes: readonly number[]
  readonly runs: number
}

const SWEEP_MS = 50

const { idle, jobs, schedule, stepMs, steps } = givenArgs() as HeapArgs
const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
let runs = 0
const scheduler = new SchedulerPlugin<unknown>({
  store: forgetful(createMemoryStore({ clock })),
  clock,
  random: createSeededRandom(1),
  skipColdStart: true,
  maxConcurrentJobs: jobs,
  logger: silentLogger,
  jobs: Object.fromEntries([
    ...Array.from({ length: jobs }, (_, index) => [`job-${index}`, { schedule, action: () => ++runs }]),
    ...Array.from({ length: idle }, (_, index) => [`idle-${index}`, { schedule: '0 0 1 7 *', action: () => index }]),
  ]),
})
const started = scheduler.start()
await clock.advance(1000)
await started
const heapMegabytes: number[] = []
const outsideMegabytes: number[] = []
const waitingMegabytes: number[] = []
for (let step = 0; step < steps; step++) {
  await clock.advance(stepMs)
  waitingMegabytes.push(process.memoryUsage().arrayBuffers / 1e6)
  // V8 frees bytes outside of the heap in the background, and a collection frees those of the collection before.
  for (let turn = 0; turn < 2; turn++) {
    globalThis.gc?.()
    await sleep(SWEEP_MS)
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  heapMegabytes.push(heapUsed / 1e6)
  outsideMegabytes.push(arrayBuffers / 1e6)
}
await tell({ heapMegabytes, outsideMegabytes, waitingMegabytes, runs })
process.disconnect()
process.exit(0)

/**
 * A store outside of the process would keep the history; this store drops the history, so only the scheduler's memory
 * counts.
 */
function forgetful(inner: ObjectStore): ObjectStore {
  return {
    description: inner.description,
    get: (key, options) => inner.get(key, options),
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
    put: (key, body, options) =>
      key.includes('segments/') || key.includes('details/')
        ? inner.put('forgotten', body)
        : inner.put(key, body, options),
  }
}
