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
  /** The number of further bursts of the same jobs in the same process, without run leases: 0 to 2. @default 0 */
  readonly further?: 0 | 1 | 2
}

/** A burst in a process with compiled code. */
export type FurtherBurst = Pick<Burst, 'drainMs' | 'cpuMs' | 'puts'>

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
  readonly further: readonly FurtherBurst[]
}

/** Many jobs due at one instant, and nothing else: measures the starts, and the end of all work. */
const { claimAhead, concurrency, further = 0, jobs, recordWithin, registrationMs, store } = givenArgs() as BurstArgs
const pages = watchPages(openStore(store))
const starts: number[] = []
const runs = new Map<string, number>()
const action = (_db: unknown, { jobName }: { readonly jobName: string }): void => {
  starts.push(performance.timeOrigin + performance.now())
  runs.set(jobName, (runs.get(jobName) ?? 0) + 1)
  if (starts.length === jobs) pages.seek()
}
const names = Array.from({ length: jobs }, (_, index) => `job-${index}`)

const empty = weigh()
const [stepMs, gapMs] = further === 0 ? [1000, 0] : [60_000, 20_000]
const dueAt = new Date(Math.ceil((Date.now() + registrationMs) / stepMs) * stepMs)
const laterAt = Array.from({ length: further }, (_, index) => new Date(dueAt.getTime() + (index + 1) * gapMs))
const schedule = further === 0 ? dueAt : cronOf([dueAt, ...laterAt])
const from = performance.now()
const scheduler = new SchedulerPlugin<unknown>({
  store: pages.store,
  skipColdStart: true,
  maxConcurrentJobs: concurrency,
  ...(recordWithin === undefined ? {} : { recordWithin }),
  ...(claimAhead === undefined ? {} : { claimAhead }),
  // A run of a one-time job has no lease either.
  ...(further === 0 ? {} : { standby: 'cold' }),
  logger: silentLogger,
  jobs: Object.fromEntries(names.map((name) => [name, { schedule, action }])),
})
await scheduler.start()
const startMs = performance.now() - from
const memoryMegabytes = weigh() - empty
await shortlyBefore(dueAt)
const endOfWatch = watchLoop()
const first = await burst()
const tick = dueAt.getTime()
const found = {
  startMs,
  memoryMegabytes,
  firstStartMs: (starts[0] ?? Number.NaN) - tick,
  lastStartMs: (starts.at(-1) ?? Number.NaN) - tick,
  recordedMs: pages.times.settled - tick,
  longestBlock: endOfWatch(),
  ran: runs.size,
  doubled: [...runs.values()].filter((count) => count > 1).length,
  ...first,
}
const later: FurtherBurst[] = []
for (const due of laterAt) {
  starts.length = 0
  await shortlyBefore(due)
  later.push(await burst())
}
await tell({ ...found, further: later } satisfies Burst)
await scheduler.stop()
process.disconnect()

/** The promotion, and what is left of the registration, come before. */
async function shortlyBefore(due: Date): Promise<void> {
  const leftMs = due.getTime() - Date.now()
  if (leftMs < 2000) throw new Error('registration took too long; give it more time')
  await new Promise((resolve) => setTimeout(resolve, leftMs - 1500))
}

/** These instants of a minute, and the same of each later day. */
function cronOf(instants: readonly Date[]): string {
  const seconds = instants.map((instant) => instant.getUTCSeconds()).join(',')
  return `${seconds} ${instants[0]?.getUTCMinutes()} ${instants[0]?.getUTCHours()} * * *`
}

async function burst(): Promise<FurtherBurst> {
  const before = process.cpuUsage()
  await pages.begin()
  const { system, user } = process.cpuUsage(before)
  const drainMs = pages.times.settled - pages.times.first
  return { drainMs, cpuMs: (user + system) / 1000, puts: pages.puts() }
}

function weigh(): number {
  globalThis.gc?.()
  return residentMegabytes()
}
