import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beginOf } from '../contenders/begin.ts'
import type { Contender } from '../contenders/contender.ts'
import { givenArgs, tell } from '../process/inside.ts'

export interface InstanceArgs {
  readonly contender: Contender
  readonly jobs: number
  /** Time of an action: from the first to the second, by job and tick. */
  readonly actionMs: readonly [least: number, most: number]
  /** File for starts and ends of actions, which outlives the process. */
  readonly journal: string
}

/**
 * One of two processes with the same work. Each start and each end of an action is in the file before the next step: a
 * line `start JOB TICK AT` or `end JOB TICK AT`. Any message stops the process cleanly.
 */
const { actionMs, contender, jobs, journal } = givenArgs() as InstanceArgs
const file = openSync(journal, 'a')
const write = (what: 'start' | 'end', job: number, tick: number): void =>
  void writeSync(file, `${what} ${job} ${tick} ${Date.now()}\n`)

const begin = await beginOf(contender)
const stop = await begin({
  jobs,
  concurrency: 2 * jobs,
  action: async (job, tick) => {
    write('start', job, tick)
    await sleep(durationOf(job, tick))
    write('end', job, tick)
  },
})
process.once('message', () => {
  void Promise.resolve(stop()).then(async () => {
    await tell('stopped')
    // Some schedulers keep connections open after the stop.
    process.exit(0)
  })
})
await tell('started')

/** Spread evenly, and the same in all processes. */
function durationOf(job: number, tick: number): number {
  const [least, most] = actionMs
  return least + ((job * 7919 + (tick / 1000) * 104_729) % 1000) * ((most - least) / 1000)
}
