import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { MemberHeartbeat } from './member-heartbeat.ts'

const HEARTBEAT = 2000

it('does not hide the member object before the answer to a claim, however long the store takes', async () => {
  const clock = createManualClock(0)
  const did: string[] = []
  const deps = {
    show: async () => void did.push('show'),
    beat: async () => undefined,
    hide: async () => void did.push('hide'),
  }
  const presence = new MemberHeartbeat({ clock, logger: silentLogger }, deps, HEARTBEAT)
  await presence.show()
  const answered = presence.claim()
  await clock.advance(10 * HEARTBEAT)
  expect(did).toEqual(['show'])
  answered()
  await clock.advance(HEARTBEAT)
  expect(did).toEqual(['show', 'hide'])
})
