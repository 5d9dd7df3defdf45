import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import { SchedulerPlugin, type SchedulerError } from '../src/index.ts'
import { during, NOON } from './fleet.ts'

/** The microtasks of a whole start in the memory, and more. */
const TURNS = 250
/** A plain run stops at each fourth moment. With few moments, none would come after the start. */
const MOMENTS = Math.min(TURNS, Math.max(8, casesOf(TURNS)))
const moments = Array.from({ length: MOMENTS }, (_, index) => Math.floor((index * TURNS) / MOMENTS))

interface Stopped {
  /** What the call came to: `resolved`, or the code of its error. */
  readonly end: string
  readonly alarms: readonly unknown[]
}

/** Stops a new scheduler the given number of microtasks after the call. */
async function stoppedAfter(
  turns: number,
  call: (scheduler: SchedulerPlugin<unknown>) => Promise<unknown>,
): Promise<Stopped> {
  const clock = createManualClock(NOON)
  const alarms: unknown[] = []
  const logger = { ...silentLogger, error: (message: string) => void alarms.push(message) }
  const jobs = Object.fromEntries(['a', 'b'].map((name) => [name, { schedule: '* * * * * *', action: () => 1 }]))
  const world = { store: createMemoryStore({ clock }), clock, random: createSeededRandom(1), logger }
  const scheduler = new SchedulerPlugin<unknown>({ ...world, prefix: '', skipColdStart: true, jobs })
  scheduler.on('error', (event) => void alarms.push(event))
  const end = call(scheduler).then(
    () => 'resolved',
    ({ code }: SchedulerError) => code,
  )
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  await during(clock, scheduler.stop({ timeout: 0 }))
  return { end: await during(clock, end), alarms }
}

it('a stop at any moment of a start raises no alarm', async () => {
  for (const turns of moments) {
    const stopped = await stoppedAfter(turns, (scheduler) => scheduler.start())
    expect({ turns, ...stopped }).toEqual({ turns, end: 'resolved', alarms: [] })
  }
})

it('a stop at any moment of runDue() raises no alarm, and the pass says that it was stopped', async () => {
  const ends: string[] = []
  for (const turns of moments) {
    const { alarms, end } = await stoppedAfter(turns, (scheduler) => scheduler.runDue())
    expect({ turns, alarms }).toEqual({ turns, alarms: [] })
    ends.push(end)
  }
  const stopped = ends.lastIndexOf('STOPPED') + 1
  expect(stopped).toBeGreaterThan(MOMENTS / 2)
  expect(stopped).toBeLessThan(MOMENTS)
  expect(ends).toEqual([...Array(stopped).fill('STOPPED'), ...Array(MOMENTS - stopped).fill('resolved')])
})
