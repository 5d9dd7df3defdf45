import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'

export interface HeapArgs {
  readonly jobs: number
  /** Of each job. */
  readonly schedule: string
  /** The heap is measured after each step. */
  readonly steps: number
  readonly stepMs: number
}

export interface Heap {
  /** After a collection, at the end of each step. */
  readonly heapMegabytes: readonly number[]
  readonly runs: number
}

const { jobs, schedule, stepMs, steps } = givenArgs() as HeapArgs
const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
let runs = 0
const scheduler = new SchedulerPlugin<unknown>({
  store: forgetful(createMemoryStore({ clock })),
  clock,
  random: createSeededRandom(1),
  skipColdStart: true,
  maxConcurrentJobs: jobs,
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [`job-${index}`, { schedule, action: () => ++runs }]),
  ),
})
const started = scheduler.start()
await clock.advance(1000)
await started
const heapMegabytes: number[] = []
for (let step = 0; step < steps; step++) {
  await clock.advance(stepMs)
  globalThis.gc?.()
  heapMegabytes.push(process.memoryUsage().heapUsed / 1e6)
}
await tell({ heapMegabytes, runs })
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
