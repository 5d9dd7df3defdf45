import type { Contender } from '../contenders/contender.ts'
import { residentMegabytes } from '../machine.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { bullmqQueue } from './bullmq-queue.ts'
import { graphileWorkerQueue } from './graphile-worker-queue.ts'
import { pgBossQueue } from './pg-boss-queue.ts'
import { inLanes, type Queue } from './queue.ts'
import { s3schedQueue } from './s3sched-queue.ts'

export interface QueueArgs {
  readonly contender: Contender
  readonly work: 'define' | 'drain' | 'ask'
  /** The number of jobs, tasks or runs. */
  readonly count: number
  /** The most at a time. */
  readonly concurrency: number
}

export interface QueueWork {
  readonly tookMs: number
  /** Resident memory over the process before, with its modules and its connection, in MB. */
  readonly memoryMegabytes: number
  /** Time of this process on a core, in ms. */
  readonly cpuMs: number
}

const { concurrency, contender, count, work } = givenArgs() as QueueArgs
const queue = await open(contender)
if (work === 'drain') await queue.fill?.(count)
else if (work === 'ask') {
  await queue.open?.(concurrency)
  await inLanes(5 * concurrency, concurrency, (lane) => queue.ask?.(lane))
}
const empty = weigh()
const cpuBefore = process.cpuUsage()
const from = performance.now()
if (work === 'define') await queue.define?.(count)
else if (work === 'drain') await queue.drain?.(count, concurrency)
else await inLanes(count, concurrency, (lane) => queue.ask?.(lane))
const tookMs = performance.now() - from
const cpu = process.cpuUsage(cpuBefore)
const memoryMegabytes = weigh() - empty
await tell({ tookMs, memoryMegabytes, cpuMs: (cpu.user + cpu.system) / 1000 } satisfies QueueWork)
await queue.close()
process.disconnect()
process.exit(0)

function open(which: Contender): Queue | Promise<Queue> {
  if (which.name === 'bullmq') return bullmqQueue(which.redis)
  if (which.name === 'pg-boss') return pgBossQueue(which.postgres)
  if (which.name === 'graphile-worker') return graphileWorkerQueue(which.postgres)
  if (which.name === 's3sched') return s3schedQueue(which.store)
  throw new Error(`${which.name} has no queue`)
}

function weigh(): number {
  globalThis.gc?.()
  return residentMegabytes()
}
