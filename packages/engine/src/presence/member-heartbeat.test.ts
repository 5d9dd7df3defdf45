import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { MemberHeartbeat } from './member-heartbeat.ts'

const HEARTBEAT = 2000

it('does not hide the member object behind a write that a claim waits for', async () => {
  const clock = createManualClock(0)
  const did: string[] = []
  const deps = {
    show: async () => {
      await clock.sleep(2 * HEARTBEAT)
      did.push('show')
    },
    beat: async () => undefined,
    hide: async () => void did.push('hide'),
  }
  const presence = new MemberHeartbeat({ clock, logger: silentLogger }, deps, HEARTBEAT)
  void presence.show()
  await clock.advance(2 * HEARTBEAT)
  // The claim was refused, and the next claim comes when the object has just lost its freshness.
  await clock.advance(HEARTBEAT - 1)
  const shown = presence.show()
  await clock.advance(2 * HEARTBEAT)
  await shown
  const answered = presence.claim()
  await clock.advance(10 * HEARTBEAT)
  expect(did).toEqual(['show', 'show'])
  answered()
  await clock.advance(HEARTBEAT)
  expect(did).toEqual(['show', 'show', 'hide'])
})

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
