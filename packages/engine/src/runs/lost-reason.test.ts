import { expect, it } from 'vitest'
import type { OpenRun, PendingRetry } from '@s3sched/jobs'
import { lostReason } from './lost-reason.ts'

const RUN: OpenRun = {
  runId: 'a',
  tick: 5000,
  trigger: 'schedule',
  fence: 1,
  workerId: 'ann',
  instance: 'i',
  role: 'leader',
  epoch: 1,
  claimedAt: 4500,
  retry: null,
}

const retryAfter = (attempt: number): PendingRetry => ({
  attempt,
  error: attempt === 0 ? '' : 'no',
  delayMs: 10,
  notedAt: 5100,
  released: false,
})

it.each([
  ['may have begun', null, 5000, 'between claim and end'],
  ['was claimed ahead of a tick that has not come yet', null, 4999, 'after the claim, before the tick'],
  ['was noted before its first attempt', retryAfter(0), 6000, 'between claim and end'],
  ['failed for the second time', retryAfter(2), 6000, 'after attempt 2 failed'],
])('a run that %s is lost in words that fit', (_, retry, decidedAt, words) => {
  expect(lostReason({ ...RUN, retry }, decidedAt)).toBe(`its process (ann) went away ${words}`)
})
