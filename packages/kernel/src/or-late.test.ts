import { expect, it } from 'vitest'
import { LATE, orLate } from './or-late.ts'
import { createManualClock, settle } from './testing/manual-clock.ts'

const never = new Promise<never>(() => {})

it('gives the result of work that ends in time, and leaves no timer behind', async () => {
  const clock = createManualClock()
  const first = orLate(
    clock,
    1000,
    clock.sleep(999).then(() => 'done'),
  )
  await clock.advance(999)
  expect(await first).toBe('done')
  await settle()
  expect(clock.sleeping).toBe(0)
})

it('tells of late work, once its time is over', async () => {
  const clock = createManualClock()
  let first: unknown
  void orLate(clock, 1000, never).then((each) => (first = each))
  await clock.advance(999)
  expect(first).toBeUndefined()
  await clock.advance(1)
  expect(first).toBe(LATE)
})

it('throws the error of work that fails in time, and drops the error of late work', async () => {
  const clock = createManualClock()
  await expect(orLate(clock, 1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  const broken = clock.sleep(1001).then(() => Promise.reject(new Error('too late to be heard')))
  const first = orLate(clock, 1000, broken)
  await clock.advance(2000)
  expect(await first).toBe(LATE)
})

it('waits no longer than until the caller stops, and then leaves no listener behind', async () => {
  const clock = createManualClock()
  const stop = new AbortController()
  const first = orLate(clock, 1000, never, stop.signal)
  stop.abort()
  expect(await first).toBe(LATE)
  expect(await orLate(clock, 1000, never, stop.signal)).toBe(LATE)
  await settle()
  expect(clock.sleeping).toBe(0)
})
