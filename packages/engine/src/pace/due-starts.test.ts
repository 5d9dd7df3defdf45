import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import type { Authority } from '../runs/authority.ts'
import { DueStarts } from './due-starts.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const authority: Authority = { role: 'leader', epoch: 1, signal: new AbortController().signal, isTrusted: () => true }

it('waits on when the wall clock was set back while it waited, and starts at the instant', async () => {
  const clock = createManualClock(NOON - 1000)
  const starts: number[] = []
  const { signal } = new AbortController()
  const started = new DueStarts(clock).start({ authority, startAt: NOON }, signal, async () => {
    starts.push(clock.now())
  })
  await clock.advance(500)
  clock.step(-3000)
  await clock.advance(3400)
  expect(starts).toEqual([])
  await clock.advance(100)
  await started
  expect(starts).toEqual([NOON])
})

it('ends at once when it is told to while it waits', async () => {
  const clock = createManualClock(NOON - 1000)
  const ending = new AbortController()
  const starts: number[] = []
  const started = new DueStarts(clock).start({ authority, startAt: NOON }, ending.signal, async () => starts.push(1))
  await settle()
  ending.abort('told to')
  expect(await started).toBeUndefined()
  expect(starts).toEqual([])
  expect(clock.sleeping).toBe(0)
})
