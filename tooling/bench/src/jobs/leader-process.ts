import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin, type Job } from '@s3sched/plugin'
import { openStore } from '@s3sched/store'
import { createCountingStore, type RequestCounts } from '@s3sched/store/testing'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'

export interface LeaderArgs {
  readonly store: string
  /** Number of idle jobs. */
  readonly jobs: number
  /** Number of further jobs, due every second. */
  readonly busy: number
  /** Seconds of watching. */
  readonly seconds: number
}

export interface Leader {
  readonly constructMs: number
  readonly startMs: number
  /** Time of the process on a core for both, in ms. */
  readonly cpuMs: number
  readonly atStart: RequestCounts
  readonly atPromotion: RequestCounts
  /** From the promotion's event until the first job ran. */
  readonly promotionMs: number
  readonly memoryMegabytes: number
  readonly heapMegabytes: number
  readonly cpuPercent: number
  readonly lagsMs: readonly number[]
  /** Ticks of the busy jobs that did not run once. */
  readonly missed: number
}

/** Time to settle the ticks that fell due during the takeover. */
const SETTLE_MS = 5000

const { busy, jobs, seconds, store: connection } = givenArgs() as LeaderArgs
const { requests, reset, store } = createCountingStore(openStore(connection))
const started: { readonly job: string; readonly tick: number; readonly at: number }[] = []
const empty = weigh()

const constructCpu = process.cpuUsage()
const constructFrom = performance.now()
const scheduler = new SchedulerPlugin<unknown>({
  store,
  skipColdStart: true,
  logger: silentLogger,
  jobs: definitions(),
})
const constructMs = performance.now() - constructFrom
const promoted = new Promise((resolve) => scheduler.once('plg:scheduler:coordinator-promoted', resolve))
const startFrom = performance.now()
await scheduler.start()
const startMs = performance.now() - startFrom
const startCpu = process.cpuUsage(constructCpu)
const atStart = { ...requests }
reset()
await promoted
const promotedFrom = performance.now()
while (started.length === 0) await sleep(50)
const promotionMs = performance.now() - promotedFrom
const atPromotion = { ...requests }
await sleep(SETTLE_MS)
const full = weigh()

started.length = 0
const cpu = process.cpuUsage()
const from = Math.ceil(Date.now() / 1000) * 1000
await sleep(seconds * 1000)
const { system, user } = process.cpuUsage(cpu)
const until = Math.floor(Date.now() / 1000) * 1000
await sleep(500)
const watched = started.filter(({ tick }) => tick >= from && tick < until)
const different = new Set(watched.map(({ job, tick }) => `${job} ${tick}`)).size
await tell({
  constructMs,
  startMs,
  cpuMs: (startCpu.system + startCpu.user) / 1000,
  atStart,
  atPromotion,
  promotionMs,
  memoryMegabytes: full.resident - empty.resident,
  heapMegabytes: full.heap - empty.heap,
  cpuPercent: seconds === 0 ? 0 : (system + user) / 1000 / (seconds * 10),
  lagsMs: watched.map(({ at, tick }) => at - tick),
  missed: (busy * (until - from)) / 1000 - different + (watched.length - different),
})
await scheduler.stop()
process.disconnect()
process.exit(0)

function definitions(): Record<string, Job<unknown>> {
  const all: Record<string, Job<unknown>> = {}
  // Due once a month, two weeks from now: no tick during the benchmark.
  const day = ((new Date().getUTCDate() + 13) % 28) + 1
  for (let index = 0; index < jobs; index++) {
    all[`idle-${index}`] = { schedule: `${index % 60} ${index % 24} ${day} * *`, action: () => index }
  }
  for (let index = 0; index < busy; index++) {
    const job = `busy-${index}`
    all[job] = {
      schedule: '* * * * * *',
      action: (_db, { scheduledTime }) => void started.push({ job, tick: scheduledTime.getTime(), at: Date.now() }),
    }
  }
  return all
}

function weigh(): { readonly resident: number; readonly heap: number } {
  globalThis.gc?.()
  return { resident: residentMegabytes(), heap: process.memoryUsage().heapUsed / 1e6 }
}
