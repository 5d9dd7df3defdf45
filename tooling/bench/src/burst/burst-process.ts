import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore } from '@s3sched/store'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop, type LongestBlock } from '../process/watch-loop.ts'
import { watchPages } from './watch-pages.ts'

export interface BurstArgs {
  readonly store: string
  readonly jobs: number
  /** The most runs at a time. */
  readonly concurrency: number
  /** Time for the registration before all jobs are due, in ms. */
  readonly registrationMs: number
  /** How long the end of a run may wait for other writes, in ms. @default as for users */
  readonly recordWithin?: number
  /** The most time by which a claim is ahead of its tick, in ms. @default as for users */
  readonly claimAhead?: number
}

export interface Burst {
  /** From the construction of the scheduler to the end of its start, in ms: all jobs are new. */
  readonly startMs: number
  /** Resident memory over the empty process after the start, in MB. */
  readonly memoryMegabytes: number
  readonly firstStartMs: number
  /** From the instant of the tick to the start of the last action, in ms. */
  readonly lastStartMs: number
  /** From the instant of the tick to the answer of the write after which no page names a run under way, in ms. */
  readonly recordedMs: number
  /** From the first write for the tick to that answer, in ms. */
  readonly drainMs: number
  /** Meanwhile. */
  readonly longestBlock: LongestBlock
  /** Time of this process on a core meanwhile, in ms. */
  readonly cpuMs: number
  readonly ran: number
  readonly doubled: number
  /** PUTs meanwhile. */
  readonly puts: number
}

/** Many jobs due at one instant, and nothing else: measures the starts, and the end of all work. */
const { claimAhead, concurrency, jobs, recordWithin, registrationMs, store } = givenArgs() as BurstArgs
const pages = watchPages(openStore(store))
const starts: number[] = []
const runs = new Map<string, number>()

const empty = weigh()
const dueAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + registrationMs)
const from = performance.now()
const scheduler = new SchedulerPlugin<unknown>({
  store: pages.store,
  skipColdStart: true,
  maxConcurrentJobs: concurrency,
  ...(recordWithin === undefined ? {} : { recordWithin }),
  ...(claimAhead === undefined ? {} : { claimAhead }),
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [
      `job-${index}`,
      {
        schedule: dueAt,
        action: (_db: unknown, { jobName }: { readonly jobName: string }) => {
          starts.push(performance.timeOrigin + performance.now())
          runs.set(jobName, (runs.get(jobName) ?? 0) + 1)
          if (starts.length === jobs) pages.seek()
        },
      },
    ]),
  ),
})
await scheduler.start()
const startMs = performance.now() - from
const memoryMegabytes = weigh() - empty
const leftMs = dueAt.getTime() - Date.now()
if (leftMs < 2000) throw new Error('registration took too long; give it more time')
// The promotion, and what is left of the registration, come before.
await new Promise((resolve) => setTimeout(resolve, leftMs - 1500))
const endOfWatch = watchLoop()
const cpuBefore = process.cpuUsage()
pages.begin()
await pages.settled
const cpu = process.cpuUsage(cpuBefore)
const tick = dueAt.getTime()
await tell({
  startMs,
  memoryMegabytes,
  firstStartMs: (starts[0] ?? Number.NaN) - tick,
  lastStartMs: (starts.at(-1) ?? Number.NaN) - tick,
  recordedMs: pages.times.settled - tick,
  drainMs: pages.times.settled - pages.times.first,
  longestBlock: endOfWatch(),
  cpuMs: (cpu.user + cpu.system) / 1000,
  ran: runs.size,
  doubled: [...runs.values()].filter((count) => count > 1).length,
  puts: pages.puts(),
} satisfies Burst)
await scheduler.stop()
process.disconnect()

function weigh(): number {
  globalThis.gc?.()
  return residentMegabytes()
}
