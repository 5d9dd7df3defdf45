import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { NameTable } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import type { SchedulerEmitter } from '../events.ts'
import type { Authority } from '../runs/authority.ts'
import { TickLoop } from './tick-loop.ts'

function setUp(decide: (name: string) => Promise<void> = async () => undefined, role: Authority['role'] = 'member') {
  const clock = createManualClock(0)
  const ending = new AbortController()
  const state = { isOpen: true }
  let timesAsked = 0
  const decided: string[] = []
  const said: string[] = []
  const env = {
    random: createSeededRandom(1),
    logger: { ...silentLogger, error: (message: string) => void said.push(message) },
    events: { announce: () => undefined } as never as SchedulerEmitter,
  }
  const deps = {
    clock,
    names: new NameTable(),
    gate: {
      isOpen: async () => {
        timesAsked++
        return state.isOpen
      },
    },
    decide: (name: string) => {
      decided.push(`${name} at ${clock.now()}`)
      decide(name).then(
        () => loop.checked(name),
        (error: unknown) => loop.failed(name, error),
      )
    },
  }
  const authority = { role, epoch: null, signal: ending.signal, isTrusted: () => true } as Authority
  const loop = new TickLoop(env, deps, authority)
  return { asked: () => timesAsked, clock, decided, ending, loop, said, state }
}

it('checks each job at its instant, and sooner when told so', async () => {
  const { clock, decided, ending, loop } = setUp()
  loop.lookAt('late', 5000)
  loop.lookAt('early', 1000)
  const running = loop.run()
  await clock.advance(2000)
  loop.lookAt('late', -Infinity)
  await clock.advance(10_000)
  expect(decided).toEqual(['early at 1000', 'late at 2000'])
  ending.abort()
  await running
})

it('begins no check while the gate is closed', async () => {
  const { clock, decided, loop, state } = setUp()
  state.isOpen = false
  loop.lookAt('job', 0)
  const running = loop.run()
  await clock.advance(3500)
  expect(decided).toEqual([])
  state.isOpen = true
  await clock.advance(1000)
  expect(decided).toEqual(['job at 4000'])
  loop.stop()
  await running
})

it('repeats a failed check after a pause, and tells of the failure', async () => {
  let failures = 1
  const { clock, decided, loop, said } = setUp(async () => {
    if (failures-- > 0) throw new Error('no answer')
  })
  loop.lookAt('job', 0)
  const running = loop.run()
  await clock.advance(1000)
  expect(decided).toHaveLength(2)
  expect(said).toEqual(["the ticks of job 'job' could not be settled yet: no answer"])
  loop.stop()
  await running
})

it('keeps the log short when the store refuses the work for many jobs', async () => {
  const { clock, loop, said } = setUp(async () => {
    throw new Error('the disk is full')
  })
  for (let job = 0; job < 1000; job++) loop.lookAt(`job-${job}`, 0)
  const running = loop.run()
  await clock.advance(60_000)
  expect(said.length).toBeLessThanOrEqual(7)
  expect(said[1]).toMatch(/the disk is full \(\d{4} more of this kind since the last message\)$/)
  loop.stop()
  await running
})

it('checks again right after a check, when a change came in between', async () => {
  let answer: () => void = () => undefined
  const { clock, decided, loop } = setUp(() => new Promise((resolve) => (answer = resolve)))
  loop.lookAt('job', 0)
  const running = loop.run()
  await clock.advance(0)
  loop.lookAt('job', -Infinity)
  await clock.advance(50)
  expect(decided).toEqual(['job at 0'])
  answer()
  await clock.advance(50)
  expect(decided).toHaveLength(2)
  answer()
  loop.stop()
  await running
})

it('makes a single pass over all due jobs, and returns the errors of the pass', async () => {
  const { decided, loop } = setUp(async (name) => {
    if (name === 'broken') throw new Error('no answer')
  })
  for (const name of ['a', 'broken', 'b']) loop.lookAt(name, 0)
  loop.lookAt('later', 1)
  const troubles = await loop.runOnce()
  expect(troubles).toEqual([new Error('no answer')])
  expect(decided).toEqual(['a at 0', 'broken at 0', 'b at 0'])
})

it('has ended with its authority', async () => {
  const { ending, loop } = setUp()
  const running = loop.run()
  ending.abort()
  await running
  expect(loop.hasEnded).toBe(true)
})

it('begins the checks of one instant together, some hundred in a turn of the event loop', async () => {
  let answer: () => void = () => undefined
  const answered = new Promise<void>((resolve) => (answer = resolve))
  const { clock, decided, loop } = setUp(() => answered)
  for (let i = 0; i < 1000; i++) loop.lookAt(`job-${i}`, 500)
  const running = loop.run()
  await clock.advance(500)
  expect(decided).toHaveLength(1000)
  expect(new Set(decided.map((each) => each.slice(-6)))).toEqual(new Set(['at 500']))
  answer()
  loop.stop()
  await running
})

it('repeats a failed check no sooner because of a look that was asked for during the check', async () => {
  const { clock, decided, loop } = setUp(async (name) => {
    const over = clock.sleep(100)
    loop.lookAt(name, -Infinity)
    await over
    throw new Error('no answer')
  })
  loop.lookAt('job', 0)
  const running = loop.run()
  await clock.advance(60_000)
  // The pauses are up to 10 s, 5 s on average.
  expect(decided.length).toBeGreaterThan(5)
  expect(decided.length).toBeLessThan(30)
  loop.stop()
  await running
})

it('asks a closed gate each second, however often jobs are to be checked', async () => {
  const { asked, clock, loop, state } = setUp()
  const running = loop.run()
  await clock.advance(1000)
  state.isOpen = false
  const before = asked()
  for (let ms = 0; ms < 10_000; ms += 100) {
    loop.lookAt('job', -Infinity)
    await clock.advance(100)
  }
  expect(asked() - before).toBeLessThanOrEqual(11)
  loop.stop()
  await running
})

it.each([
  ['leader', 1000],
  ['member', 60_000],
] as const)('notices a suspended machine, as a %s within %i ms', async (role, withinMs) => {
  const { clock, decided, loop } = setUp(undefined, role)
  loop.lookAt('job', 600_000)
  const running = loop.run()
  await clock.advance(500)
  clock.suspend(600_000)
  await clock.advance(withinMs)
  expect(decided).toHaveLength(1)
  loop.stop()
  await running
})
