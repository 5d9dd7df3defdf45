/** Archives given segments in a process of its own, whose memory holds nothing else, as the leader's process does. */
import type { ArchiveReport } from '@s3sched/history/archive'
import { listAll, type ObjectStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'
import { watchLoop } from '../process/watch-loop.ts'
import { countCosts } from '../segments/count-costs.ts'
import { archiveDay, createWorld, type ArchiveWorld } from './fleet.ts'

/** Segments of one day, by their keys; bodies as base64. */
export type SegmentsOfDay = readonly (readonly [key: string, body: string])[]

export interface ArchivingArgs {
  /** Whether V8's young generation has its full size before, as in any process that was busy once. */
  readonly wasBusy: boolean
}

export interface Archiving {
  readonly cpuMs: number
  readonly longestMs: number
  /** Growth of the resident memory. */
  readonly memoryMb: number
  /** Memory in use after a collection, before the first file is written, beyond that before the archive. */
  readonly inUseMb: number
  readonly requests: number
  readonly bytesPerRun: number
}

const SWEEP_MS = 50

const OBJECTS_MADE = 20_000_000
const OBJECTS_KEPT = 200_000

/** Part of the day for the first pass, which compiles the code. */
const FIRST_PASS = 10

const { wasBusy } = givenArgs() as ArchivingArgs

process.once('message', (segments: SegmentsOfDay) => {
  void (async () => {
    await archive(segments.slice(0, segments.length / FIRST_PASS))
    if (wasBusy) keepBusy()
    const archiving = await archive(segments)
    await tell({ ...archiving, inUseMb: await inUse(segments) })
    process.disconnect()
  })()
})

/** Objects that live for some collections: V8's young generation grows with what survives. */
function keepBusy(): void {
  let kept: object[] = []
  for (let made = 0; made < OBJECTS_MADE; made += 1) {
    kept.push({ made })
    if (kept.length === OBJECTS_KEPT) kept = []
  }
}

async function worldOf(segments: SegmentsOfDay): Promise<ArchiveWorld> {
  const world = createWorld()
  for (const [key, body] of segments) await world.store.put(key, Buffer.from(body, 'base64'))
  await world.endDay(0)
  return world
}

async function archive(segments: SegmentsOfDay): Promise<Omit<Archiving, 'inUseMb'>> {
  const world = await worldOf(segments)
  const { measure, store } = countCosts(world.store)
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let highest = before
  const sampling = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 5)
  const endWatch = watchLoop()
  const cpu = process.cpuUsage()
  let report: ArchiveReport | undefined
  const costs = await measure(async () => (report = await archiveDay(world, store)))
  const { system, user } = process.cpuUsage(cpu)
  clearInterval(sampling)
  const { cpuMs: longestMs } = endWatch()
  const files = await listAll(world.store, 'history/')
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return {
    cpuMs: (user + system) / 1000,
    longestMs,
    memoryMb: (highest - before) / 1e6,
    requests: costs.get + costs.list + costs.put + costs.delete,
    bytesPerRun: bytes / (report?.runs ?? 1),
  }
}

/** A pass of its own, since the collections make passes slower. */
async function inUse(segments: SegmentsOfDay): Promise<number> {
  const world = await worldOf(segments)
  const before = await collected()
  let most = before
  const store: ObjectStore = {
    ...world.store,
    put: async (key, body, options) => {
      most = Math.max(most, await collected())
      return world.store.put(key, body, options)
    },
  }
  await archiveDay(world, store)
  return (most - before) / 1e6
}

/** Buffers go some time after their collection. */
async function collected(): Promise<number> {
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))
  }
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}
