import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beginOf } from '../contenders/begin.ts'
import type { Contender } from '../contenders/contender.ts'
import { givenArgs, tell } from '../process/inside.ts'

export interface InstanceArgs {
  readonly contender: Contender
  readonly jobs: number
  /** How long an action takes. */
  readonly actionMs: number
  /** Where it writes what it does, in a way that outlives it. */
  readonly journal: string
}

/**
 * One of two processes that do the same work. Each start and each end of an action is in the file before anything else
 * happens: a line `start JOB TICK AT` or `end JOB TICK AT`. It stops cleanly when it is told anything.
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
    await sleep(actionMs)
    write('end', job, tick)
  },
})
process.once('message', () => {
  void Promise.resolve(stop()).then(async () => {
    await tell('stopped')
    // Some keep connections open after they were stopped.
    process.exit(0)
  })
})
await tell('started')
