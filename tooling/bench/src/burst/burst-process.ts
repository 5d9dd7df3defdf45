import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop, type LongestBlock } from '../process/watch-loop.ts'

export interface BurstArgs {
  readonly store: string
  readonly jobs: number
  /** The most runs at a time. */
  readonly concurrency: number
  /** Time for the registration before all jobs are due, in ms. */
  readonly registrationMs: number
}

export interface Burst {
  /** From the send of the first claim to the answer of the last, in ms. */
  readonly claimMs: number
  /** From the send of the first claim to the write of the last run record, in ms. */
  readonly drainMs: number
  /** From the first claim to the last record. */
  readonly longestBlock: LongestBlock
  /** Time of this process on a core, from the first claim to the last record, in ms. */
  readonly cpuMs: number
  readonly ran: number
  readonly doubled: number
  /** PUTs from the first claim on. */
  readonly puts: number
}

/** Many jobs due at one instant, and nothing else: measures the end of the claims, and the end of all work. */
const { concurrency, jobs, registrationMs, store } = givenArgs() as BurstArgs
const times = { firstClaim: Infinity, lastClaim: -Infinity, lastRecord: -Infinity }
let endOfWatch: (() => LongestBlock) | undefined
let cpu = process.cpuUsage()
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
cpu = process.cpuUsage(cpu)
await tell({
  claimMs: times.lastClaim - times.firstClaim,
  drainMs: times.lastRecord - times.firstClaim,
  longestBlock: endOfWatch?.() ?? { wallMs: Number.NaN, cpuMs: Number.NaN },
  cpuMs: (cpu.user + cpu.system) / 1000,
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
        endOfWatch = watchLoop()
        cpu = process.cpuUsage()
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
