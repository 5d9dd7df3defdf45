import { silentLogger } from '@s3sched/kernel'
import type { ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
import { StandIn } from './stand-in.ts'

function setUp() {
  const said: string[] = []
  const done: string[] = []
  const state = { isLed: false, now: 1000 }
  const engine = {
    touch: (name: string) => void done.push(`touch ${name}`),
    runOnce: async () => {
      done.push('run')
      return []
    },
    stop: () => void done.push('stop'),
  }
  const ahead = {
    owned: (() => false) as (jobName: string) => boolean,
    touch: (name: string) => void done.push(`ahead ${name}`),
    run: async () => void done.push('run ahead'),
    stop: () => void done.push('stop ahead'),
  }
  const logger = { ...silentLogger, info: (message: string) => void said.push(message) }
  const serverClock = { sharedNow: () => state.now } as unknown as ServerClock
  const standIn = new StandIn(
    { logger, serverClock },
    {
      createEngine: () => engine,
      createAhead: (owns) => {
        ahead.owned = owns
        return ahead
      },
      isLedSince: () => state.isLed,
      onOverdue: () => void done.push('overdue'),
    },
  )
  return { ahead, done, engine, said, standIn, state }
}

const { signal } = new AbortController()

it('claims from the back of the list, looks for another leader first, and goes on ahead of the next instants', async () => {
  const { ahead, done, standIn } = setUp()
  await standIn.claim(['a', 'b'], signal)
  expect(done).toEqual(['overdue', 'touch b', 'touch a', 'run', 'run ahead', 'ahead a', 'ahead b'])
  expect(['a', 'b', 'c'].map((name) => ahead.owned(name))).toEqual([true, true, false])
})

it('goes on with all jobs that were overdue, until a leader gives a sign', async () => {
  const { ahead, done, standIn, state } = setUp()
  await standIn.claim(['a'], signal)
  standIn.rest()
  await standIn.claim(['b'], signal)
  expect(done.filter((each) => each === 'run ahead')).toHaveLength(1)
  expect([ahead.owned('a'), ahead.owned('b')]).toEqual([true, true])
  expect(done).not.toContain('stop ahead')
  state.isLed = true
  standIn.rest()
  expect(done).toContain('stop ahead')
})

it('leaves everything to the leader at once when its place is gone', async () => {
  const { done, standIn } = setUp()
  await standIn.claim(['a'], signal)
  standIn.end()
  expect(done.at(-1)).toBe('stop ahead')
})

it('tells once that it stands in, and again after a leader has led', async () => {
  const { said, standIn, state } = setUp()
  await standIn.claim(['a'], signal)
  await standIn.claim(['a'], signal)
  expect(said).toHaveLength(1)
  state.isLed = true
  standIn.rest()
  await standIn.claim(['a'], signal)
  expect(said).toHaveLength(2)
})

it('claims nothing after a stop', async () => {
  const { done, standIn } = setUp()
  await standIn.claim(['a'], AbortSignal.abort())
  expect(done).toEqual(['overdue'])
})

it('stops the engines at work, and no others', async () => {
  const { done, engine, standIn } = setUp()
  engine.runOnce = async () => {
    standIn.stop()
    return []
  }
  await standIn.claim(['a'], signal)
  standIn.stop()
  expect(done.filter((each) => each === 'stop')).toHaveLength(1)
})
