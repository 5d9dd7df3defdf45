/** Runs the action by one runner: one run at a time for the lag, then several at a time for the rate. */
import { readFileSync } from 'node:fs'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { median, percentile } from '../statistics.ts'
import { runBree } from './run-bree.ts'
import { runBullmq } from './run-bullmq.ts'
import { runOurs } from './run-ours.ts'
import type { Began, Runner, RunnerName } from './runner.ts'

export interface RunsArgs {
  readonly name: RunnerName
  readonly redis: string
  readonly runs: number
}

export interface RunsFigures {
  /** From the request of a run to the first line of the action, ms. */
  readonly lagMs: number
  readonly lag99Ms: number
  /** From the request of a run to its end, ms. */
  readonly tripMs: number
  readonly firstMs: number
  readonly perSecond: number
  /** The growth of this process by the first run, MB: a warm thread, and the modules loaded for the thread. */
  readonly grownByFirstMb: number
  /** The warm worker's own memory that no other process shares, MB; 0 where the worker is no process. */
  readonly workerMb: number
  /** Growth of the used heap of this process over the last four fifths of the runs one after the other, MB. */
  readonly grownMb: number
  /** Worker processes that are alive after the stop. */
  readonly left: number
}

const CONCURRENCY = 4

const { name, redis, runs } = givenArgs() as RunsArgs
const runner = await open(name)
const now = (): number => performance.timeOrigin + performance.now()
const pids = new Set<number>()

globalThis.gc?.()
const before = residentMegabytes()
const first = await timed(0)
globalThis.gc?.()
const grownByFirstMb = residentMegabytes() - before
const workerMb = privateMegabytes(first.began.pid)

const warmUp = Math.floor(runs / 5)
const lags: number[] = []
const trips: number[] = []
let held = 0
for (let index = 0; index < runs; index++) {
  if (index === warmUp) held = heapMegabytes()
  const { began, from, tripMs } = await timed(index)
  if (index < warmUp) continue
  lags.push(began.at - from)
  trips.push(tripMs)
}
const grownMb = heapMegabytes() - held

const from = now()
let index = 0
const lane = async (): Promise<void> => {
  while (index++ < runs) pids.add((await runner.run(index)).pid)
}
await Promise.all(Array.from({ length: CONCURRENCY }, lane))
const perSecond = (runs / (now() - from)) * 1000
await runner.stop()
pids.delete(process.pid)

await tell({
  lagMs: median(lags),
  lag99Ms: percentile(lags, 0.99),
  tripMs: median(trips),
  firstMs: first.tripMs,
  perSecond,
  grownByFirstMb,
  workerMb,
  grownMb,
  left: [...pids].filter(isAlive).length,
} satisfies RunsFigures)
process.exit()

async function open(asked: RunnerName): Promise<Runner> {
  if (asked === 'Bree') return runBree(CONCURRENCY)
  const [library, kind] = asked.startsWith('BullMQ, ')
    ? (['BullMQ', asked.slice(8)] as const)
    : (['ours', asked] as const)
  const place = kind as 'in process' | 'thread' | 'process'
  return library === 'ours' ? runOurs(place, CONCURRENCY) : runBullmq(place, redis, CONCURRENCY)
}

async function timed(call: number): Promise<{ began: Began; from: number; tripMs: number }> {
  const asked = now()
  const began = await runner.run(call)
  pids.add(began.pid)
  return { began, from: asked, tripMs: now() - asked }
}

function heapMegabytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

function privateMegabytes(pid: number): number {
  if (pid === process.pid) return 0
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return ['Private_Clean', 'Private_Dirty'].reduce(
      (sum, field) => sum + Number(new RegExp(`${field}:\\s*(\\d+)`).exec(text)?.[1] ?? 0) / 1024,
      0,
    )
  } catch {
    return 0 // not Linux, or the process has ended
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
