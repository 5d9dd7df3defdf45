import { expect, it } from 'vitest'
import { RepeatedTroubles } from './repeated-troubles.ts'
import { createManualClock } from './testing/manual-clock.ts'

it('tells the same trouble once in ten seconds, and how many were left out', async () => {
  const clock = createManualClock(0)
  const troubles = new RepeatedTroubles(clock)
  expect(troubles.tell(new Error('the disk is full'))).toBe('')
  expect(troubles.tell(new Error('the disk is full'))).toBeUndefined()
  expect(troubles.tell(new Error('no right'))).toBe('')
  await clock.advance(9999)
  expect(troubles.tell(new Error('the disk is full'))).toBeUndefined()
  await clock.advance(1)
  expect(troubles.tell(new Error('the disk is full'))).toBe(' (2 more of this kind since the last message)')
  await clock.advance(10_000)
  expect(troubles.tell(new Error('the disk is full'))).toBe('')
})

it('forgets rather than grow without an end', () => {
  const troubles = new RepeatedTroubles(createManualClock(0))
  for (let key = 0; key < 5000; key++) expect(troubles.tell(new Error(`record ${key} is damaged`))).toBe('')
})
