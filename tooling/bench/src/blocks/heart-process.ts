/** A process whose lease is renewed by a thread of its own: the costs of the thread, and a block of the main thread. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createCoordinator } from '@s3sched/coordinator'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { threadMs } from '../process/watch-loop.ts'
import compute from './compute.mjs'

export interface HeartArgs {
  readonly store: string
  readonly heartbeatMs: number
  readonly blockMs: number
}

export interface HeartFigures {
  /** From the begin of the thread until it leads, ms. */
  readonly startMs: number
  /** Growth of the process by the thread, MB. */
  readonly grownMb: number
  /** CPU of the thread and of this idle process, ms a minute. */
  readonly cpuMs: number
  /** Epochs that began during the block; 0 where the leader was kept. */
  readonly changes: number
}

const IDLE_MS = 20_000

const { blockMs, heartbeatMs, store } = givenArgs() as HeartArgs
// The main thread has what any scheduler has: a coordinator, here a follower.
const main = createCoordinator(store, { workerId: 'main', heartbeatInterval: heartbeatMs })
globalThis.gc?.()
const before = residentMegabytes()
const from = performance.now()
const thread = new Worker(new URL('heart-thread.ts', import.meta.url), {
  workerData: { store, heartbeatMs },
  execArgv: ['--conditions=@s3sched/source'],
})
await once(thread, 'message')
const startMs = performance.now() - from
const grownMb = residentMegabytes() - before
await main.start()
const epoch = main.epoch() ?? 0

const ownBefore = threadMs()
const allBefore = process.cpuUsage()
await sleep(IDLE_MS)
const all = process.cpuUsage(allBefore)
const cpuMs = (((all.user + all.system) / 1000 - (threadMs() - ownBefore)) * 60_000) / IDLE_MS

compute(undefined, { computeMs: blockMs })
// A new holder of the lease has raised the epoch.
await sleep(2 * heartbeatMs)
const changes = (main.epoch() ?? 0) - epoch
await tell({ startMs, grownMb, cpuMs, changes } satisfies HeartFigures)
process.exit()
