import { monitorEventLoopDelay } from 'node:perf_hooks'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'
import { monitorTurns, type TurnMonitor } from '../process/turn-monitor.ts'

export interface BurstArgs {
  readonly store: string
  readonly jobs: number
  /** How many runs go on at a time. */
  readonly concurrency: number
  /** How long registration may take before all are due, in ms. */
  readonly registrationMs: number
}

export interface Burst {
  /** From the first claim that was sent to the answer of the last, in ms. */
  readonly claimMs: number
  /** From the first claim that was sent until the last run record was written, in ms. */
  readonly drainMs: number
  /** The longest that the event loop was not free, in ms, from the first claim to the last record. */
  readonly longestBlockMs: number
  /** The same by the processor time of its thread, which a busy machine does not lengthen. */
  readonly longestTurnMs: number
  readonly ran: number
  readonly doubled: number
  /** PUTs from the first claim on. */
  readonly puts: number
}

const RESOLUTION_MS = 5

/** Many jobs that are all due at one instant, and nothing else: when were they claimed, and when was it over. */
const { concurrency, jobs, registrationMs, store } = givenArgs() as BurstArgs
const times = { firstClaim: Infinity, lastClaim: -Infinity, lastRecord: -Infinity }
const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
let turns: TurnMonitor | undefined
let isRegistered = false
let puts = 0
let records = 0
let finish: () => void
const finished = new Promise<void>((resolve) => (finish = resolve))

const runs = new Map<string, number>()
const dueAt = new Date(Date.now() + registrationMs)
const scheduler = new SchedulerPlugin<unknown>({
  store: observed(openStore(store)),
  skipColdStart: true,
  maxConcurrentJobs: concurrency,
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [
      `job-${index}`,
      {
        schedule: dueAt,
        action: (_db: unknown, { jobName }: { readonly jobName: string }) =>
          void runs.set(jobName, (runs.get(jobName) ?? 0) + 1),
      },
    ]),
  ),
})
await scheduler.start()
if (Date.now() > dueAt.getTime() - 2000) throw new Error('registration took too long; give it more time')
isRegistered = true
await finished
loop.disable()
turns?.stop()
await tell({
  claimMs: times.lastClaim - times.firstClaim,
  drainMs: times.lastRecord - times.firstClaim,
  longestBlockMs: Math.max(loop.max / 1e6 - RESOLUTION_MS, 0),
  longestTurnMs: turns?.longestMs() ?? NaN,
  ran: runs.size,
  doubled: [...runs.values()].filter((count) => count > 1).length,
  puts,
})
await scheduler.stop()
process.disconnect()

function observed(inner: ObjectStore): ObjectStore {
  return {
    ...inner,
    get: (key, options) => inner.get(key, options),
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
    async put(key, body, options) {
      const kind = !isRegistered
        ? 'other'
        : /(?:^|\/)jobs\//.test(key)
          ? 'claim'
          : /(?:^|\/)runs\//.test(key)
            ? 'record'
            : 'other'
      if (kind === 'claim' && times.firstClaim === Infinity) {
        times.firstClaim = performance.now()
        loop.enable()
        turns = monitorTurns()
      }
      if (times.firstClaim !== Infinity) puts++
      const put = await inner.put(key, body, options)
      if (kind === 'claim') times.lastClaim = performance.now()
      if (kind === 'record') {
        times.lastRecord = performance.now()
        if (++records === jobs) finish()
      }
      return put
    },
  }
}
