import { createManualClock } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import { expect, it } from 'vitest'
import type { SchedulerEmitter } from '../events.ts'
import { insist, repeat } from './insist.ts'

function setUp() {
  const clock = createManualClock()
  const ending = new AbortController()
  const said: string[] = []
  const announced: unknown[] = []
  const deps = {
    clock,
    signal: ending.signal,
    logger: { ...silentLogger, error: (message: string) => void said.push(message) },
    events: {
      announce: (_: string, { error }: { error: unknown }) => void announced.push(error),
    } as never as SchedulerEmitter,
  }
  return { announced, clock, deps, ending, said }
}

it('tries again a second after a failure, and tells of each failure', async () => {
  const { announced, clock, deps, said } = setUp()
  let tries = 0
  const done = insist(deps, 'take over', async () => {
    if (++tries < 3) throw new Error(`no ${tries}`)
  })
  await clock.advance(999)
  expect(tries).toBe(1)
  await clock.advance(1001)
  await done
  expect(said).toEqual(['the leader could not take over yet: no 1', 'the leader could not take over yet: no 2'])
  expect(announced).toHaveLength(2)
})

it('gives up in silence at the end', async () => {
  const { deps, ending, said } = setUp()
  const failing = insist(deps, 'take over', async () => {
    ending.abort()
    throw new Error('ended')
  })
  await failing
  let tries = 0
  await insist(deps, 'take over', async () => void tries++)
  expect({ said, tries }).toEqual({ said: [], tries: 0 })
})

it('ends the pause after a failure', async () => {
  const { clock, deps, ending } = setUp()
  const failing = insist(deps, 'take over', async () => {
    throw new Error('no')
  })
  await Promise.resolve()
  ending.abort()
  await failing
  expect(clock.sleeping).toBe(0)
})

it('repeats a chore at the interval that the chore asks for, and sooner after a failure', async () => {
  const { clock, deps, ending, said } = setUp()
  const at: number[] = []
  const begun = clock.now()
  const repeating = repeat(deps, {
    firstMs: 100,
    afterTroubleMs: 10,
    work: async () => {
      at.push(clock.now() - begun)
      if (at.length === 2) throw new Error('no')
      return 1000
    },
  })
  await clock.advance(2200)
  expect(at).toEqual([100, 1100, 1110, 2110])
  expect(said).toEqual(['the leader could not look after the bucket yet: no'])
  ending.abort()
  await repeating
})

it('does not fill the log with one and the same failure, of which each event tells', async () => {
  const { announced, clock, deps, ending, said } = setUp()
  const failing = insist(deps, 'take over', async () => {
    throw new Error('denied')
  })
  await clock.advance(20_500)
  expect(announced).toHaveLength(21)
  expect(said).toEqual([
    'the leader could not take over yet: denied',
    'the leader could not take over yet: denied (9 more of this kind since the last message)',
    'the leader could not take over yet: denied (9 more of this kind since the last message)',
  ])
  ending.abort()
  await failing
})
