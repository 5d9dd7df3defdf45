import { TypedEmitter } from '@s3sched/kernel'
import type { Coordinator, CoordinatorEvents } from '@s3sched/coordinator'
import { beforeEach, expect, it } from 'vitest'
import type { LeaderTerm } from './leader-term.ts'
import { UnledJobs } from './unled-jobs.ts'

function setUp() {
  const done: string[] = []
  const jobs = new Set(['here', 'also-here'])
  const lease = { isOwn: false, unclaimed: {} as unknown }
  const emitter = new TypedEmitter<Pick<CoordinatorEvents, 'seen'>>({ seen: true }, (error) => {
    throw error
  })
  const shard = { index: 0, isLeader: () => lease.isOwn, leaderPayload: () => ({ unclaimed: lease.unclaimed }) }
  const coordinator = { shards: [shard], on: emitter.on.bind(emitter) } as unknown as Coordinator
  let terms = 0
  const createTerm = (_: number, owns: (name: string) => boolean): LeaderTerm => {
    const term = ++terms
    const tell = (what: string) => (names: unknown) => void done.push(`term ${term} ${what} ${String(names)}`)
    return {
      run: async () => tell('begins with')(['here', 'also-here', 'elsewhere'].filter(owns)),
      adopt: async (names: readonly string[]) => tell('adopts')(names),
      touch: tell('touches'),
      stop: () => done.push(`term ${term} stops`),
      decided: async () => {},
    } as unknown as LeaderTerm
  }
  const unled = new UnledJobs({ coordinator, jobs, createTerm })
  /** A look at the lease finds this list. */
  const see = (unclaimed: unknown): void => {
    lease.unclaimed = unclaimed
    emitter.emit('seen', { shard: 0 })
  }
  return { done, jobs, lease, see, unled }
}

let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})

it('claims the jobs of the list that are here, from the look that shows the list to the look that does not', () => {
  const { done, see, unled } = world
  unled.start()
  see({ here: 1, elsewhere: 1 })
  expect(unled.has('here')).toBe(true)
  see({ here: 1, 'also-here': 1 })
  see({ 'also-here': 1 })
  expect(unled.has('here')).toBe(false)
  see({})
  expect(done).toEqual(['term 1 begins with here', 'term 1 adopts also-here', 'term 1 stops'])
})

it('finds the list of a lease that was seen before', () => {
  const { done, see, unled } = world
  see({ here: 1 })
  expect(done).toEqual([])
  unled.start()
  expect(done).toEqual(['term 1 begins with here'])
})

it('takes up a listed job that is added here, and gives up one that is removed', () => {
  const { done, jobs, see, unled } = world
  jobs.delete('here')
  unled.start()
  see({ here: 1 })
  jobs.add('here')
  unled.touch('here')
  unled.touch('here')
  unled.touch('also-here')
  jobs.delete('here')
  unled.touch('here')
  expect(done).toEqual(['term 1 begins with here', 'term 1 touches here', 'term 1 stops'])
})

it('leaves the jobs of an own lease, and of a list of an unknown form, alone', () => {
  const { done, lease, see, unled } = world
  unled.start()
  for (const unclaimed of [null, 'here', ['here'], { toString: 1 }]) see(unclaimed)
  lease.isOwn = true
  see({ here: 1 })
  expect(done).toEqual([])
})

it('begins nothing more after a stop', async () => {
  const { done, see, unled } = world
  unled.start()
  see({ here: 1 })
  await unled.stop()
  see({ here: 1, 'also-here': 1 })
  unled.touch('also-here')
  expect(done).toEqual(['term 1 begins with here', 'term 1 stops'])
})
