import { everySchedule } from '@s3sched/cron'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EngineEnv } from '../engine-env.ts'
import type { KnownJob } from '../definitions/known-job.ts'
import { FIRST_LOOK_MS, LONGEST_WAIT_MS, NEXT_LOOK_MS } from './decide-look.ts'
import { Standby, type StandbyDeps } from './standby.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const MINUTE = 60_000

function setUp() {
  const clock = createManualClock(NOON - 1000)
  const said: string[] = []
  const done: string[] = []
  const at = (): number => clock.now() - NOON
  const jobs = new Map<string, KnownJob>()
  const state = {
    place: 0 as number | undefined,
    turns: 0,
    overInMs: undefined as number | undefined,
    /** The claims of the leader, or of this standby. */
    settle: (name: string, after: number) => {
      const known = jobs.get(name)
      if (known !== undefined) jobs.set(name, { ...known, after })
    },
    read: async () => {},
    claim: (async () => {}) as (overdue: readonly string[]) => Promise<void>,
    mayClaim: async () => true,
  }
  for (const name of ['a', 'b']) {
    const schedule = everySchedule(MINUTE)
    jobs.set(name, { after: NOON - 1000, schedule, mayRun: true, isSettled: true, jitterMs: 0 })
  }
  const deps = {
    jobs: {
      names: () => [...jobs.keys()],
      known: (name: string) => jobs.get(name),
      othersOverInMs: () => state.overInMs,
    },
    read: async (due: readonly string[]) => {
      done.push(`read ${due.join()} at ${at()}`)
      await state.read()
    },
    mayClaim: () => state.mayClaim(),
    standIn: {
      claim: async (overdue: readonly string[]) => {
        done.push(`claim ${overdue.join()} at ${at()}`)
        await state.claim(overdue)
      },
      end: () => {},
      rest: () => {},
      stop: () => {},
    },
    duty: { place: () => state.place, onTurn: () => void state.turns++ },
  } as unknown as StandbyDeps
  const serverClock = { ticking: () => clock, provenNow: () => clock.now() }
  const logger = { ...silentLogger, warn: (message: string) => void said.push(message) }
  const env = { logger, serverClock } as unknown as Pick<EngineEnv, 'logger' | 'serverClock'>
  return { clock, done, said, standby: new Standby(env, deps), state }
}

/** Work that waits for the test. */
function createWait() {
  let end = (): void => {}
  const promise = new Promise<void>((resolve) => {
    end = resolve
  })
  return { promise, end }
}

let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})
afterEach(() => world.standby.stop())

it('looks a moment after each instant, and claims the ticks that nobody has claimed', async () => {
  const { clock, done, standby, state } = world
  state.claim = async ([name = '']) => state.settle(name, NOON)
  state.settle('b', NOON)
  standby.start()
  await clock.advance(MINUTE)
  expect(done).toEqual([`read a at ${FIRST_LOOK_MS}`, `claim a at ${FIRST_LOOK_MS}`])
  expect(standby.nextStart).toBe(NOON + MINUTE)
})

it('looks later as the second standby', async () => {
  const { clock, done, standby, state } = world
  state.place = 1
  standby.start()
  await clock.advance(1000 + FIRST_LOOK_MS + NEXT_LOOK_MS)
  expect(done[0]).toBe(`read a,b at ${FIRST_LOOK_MS + NEXT_LOOK_MS}`)
})

it('claims nothing that was claimed by the time of the look', async () => {
  const { clock, done, standby, state } = world
  state.read = async () => {
    state.settle('a', NOON)
    state.settle('b', NOON)
  }
  standby.start()
  await clock.advance(MINUTE)
  expect(done).toEqual([`read a,b at ${FIRST_LOOK_MS}`])
})

it('looks at the ticks of the next instant although a look waits for the store', async () => {
  const { clock, done, standby, state } = world
  state.settle('b', NOON)
  const answer = createWait()
  state.read = () => answer.promise
  standby.start()
  await clock.advance(MINUTE + 2000)
  answer.end()
  expect(done).toEqual([`read a at ${FIRST_LOOK_MS}`, `read b at ${MINUTE + FIRST_LOOK_MS}`])
})

it('holds a tick with a run elsewhere in the way until the run is over', async () => {
  const { clock, done, standby, state } = world
  state.settle('b', NOON)
  state.overInMs = 1500
  standby.start()
  await clock.advance(1000 + FIRST_LOOK_MS + 1500)
  const again = FIRST_LOOK_MS + 1500
  expect(done.slice(2)).toEqual([`read a at ${again}`, `claim a at ${again}`])
})

it('makes no look with a bad clock, and looks again soon', async () => {
  const { clock, done, standby, state } = world
  state.mayClaim = async () => false
  standby.start()
  await clock.advance(1000 + FIRST_LOOK_MS)
  expect(done).toEqual([])
  state.mayClaim = async () => true
  await clock.advance(1000)
  expect(done[1]).toMatch(/^claim a,b/)
})

it('tells of a failed look, and looks again', async () => {
  const { clock, done, said, standby, state } = world
  state.read = async () => {
    state.read = async () => {}
    throw new Error('no answer')
  }
  standby.start()
  await clock.advance(3000)
  expect(said).toEqual(['the standby could not look after due ticks yet: no answer'])
  expect(done[2]).toMatch(/^claim a,b/)
})

it('does nothing without a place, and plans ticks of the future alone once it has one', async () => {
  const { clock, done, standby, state } = world
  state.place = undefined
  standby.start()
  await clock.advance(2000)
  expect({ done, next: standby.nextStart }).toEqual({ done: [], next: undefined })
  state.place = 0
  standby.look()
  await clock.advance(0)
  expect(standby.nextStart).toBe(NOON + MINUTE)
})

it('forgets its plans when its place is lost, and has no timer then', async () => {
  const { clock, done, standby, state } = world
  state.settle('a', NOON)
  state.settle('b', NOON)
  standby.start()
  await clock.advance(2000)
  state.place = undefined
  standby.look()
  await clock.advance(0)
  expect({ done, next: standby.nextStart, timers: clock.sleeping }).toEqual({ done: [], next: undefined, timers: 0 })
})

it('sleeps until the next look, or for a minute, in which the clock may be corrected', async () => {
  const { clock, done, standby, state } = world
  for (const name of ['a', 'b']) state.settle(name, NOON + 10 * MINUTE)
  standby.start()
  await clock.advance(5 * MINUTE)
  expect(state.turns).toBe(6)
  clock.step(10 * MINUTE)
  await clock.advance(LONGEST_WAIT_MS)
  expect(done).toHaveLength(2)
})

it('looks in time at a job whose next tick comes sooner than all others, and does not wake for a later one', async () => {
  const { clock, done, standby, state } = world
  for (const name of ['a', 'b']) state.settle(name, NOON + 10 * MINUTE)
  standby.start()
  await clock.advance(500)
  state.settle('a', NOON - 1000)
  standby.touch('a')
  state.settle('b', NOON + 5 * MINUTE)
  standby.touch('b')
  await clock.advance(0)
  expect(state.turns).toBe(2)
  await clock.advance(1000)
  expect(done).toEqual([`read a at ${FIRST_LOOK_MS}`, `claim a at ${FIRST_LOOK_MS}`])
})

it('plans a job that is new or changed', async () => {
  const { clock, standby, state } = world
  standby.touch('a')
  expect(standby.nextStart).toBeUndefined()
  state.settle('a', NOON + 10 * MINUTE)
  standby.start()
  await clock.advance(0)
  expect(standby.nextStart).toBe(NOON)
  state.settle('b', NOON + 10 * MINUTE)
  standby.touch('b')
  expect(standby.nextStart).toBe(NOON + 11 * MINUTE)
})

it('waits at a stop for the look under way, and plans nothing after', async () => {
  const { clock, done, standby, state } = world
  const answer = createWait()
  state.claim = () => answer.promise
  standby.start()
  await clock.advance(1000 + FIRST_LOOK_MS)
  let isStopped = false
  const stopped = standby.stop().then(() => (isStopped = true))
  await clock.advance(0)
  expect(isStopped).toBe(false)
  answer.end()
  await stopped
  const { length } = done
  await clock.advance(MINUTE)
  expect(done).toHaveLength(length)
})
