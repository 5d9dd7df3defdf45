import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { StandbyList } from './standby-list.ts'

const HEARTBEAT = 30_000

it('lets a place pass on that was inherited by name from the last leader, and whose member is never seen again', async () => {
  const clock = createManualClock()
  const lives = { workerId: 'lives', lastSeen: 2000 }
  const dead = { workerId: 'dead', lastSeen: 1000 }
  const seen = new Map([lives, dead].map(({ lastSeen, workerId }) => [workerId, lastSeen]))
  const list = new StandbyList({
    workerId: 'leads',
    members: async () => [lives, dead],
    lastSeen: async (workerId) => seen.get(workerId),
    renew: async () => {},
    clock,
    heartbeatMs: HEARTBEAT,
  })
  list.inherit({ standbys: ['dead', 'leads'] })
  await list.call()
  expect(list.named).toEqual(['dead', 'lives'])
  for (let beat = 1; beat <= 12; beat++) {
    await clock.advance(HEARTBEAT)
    seen.set('lives', clock.now())
    await list.look(false, clock.now())
  }
  expect(list.named).toEqual(['lives'])
})
