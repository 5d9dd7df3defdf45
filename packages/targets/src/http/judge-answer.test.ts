import { describe, expect, it } from 'vitest'
import { type AnswerHead, judgeAnswer, judgeLook } from './judge-answer.ts'

const NOW = Date.UTC(2026, 0, 1)
const answer = (status: number, more: Partial<AnswerHead> = {}): AnswerHead => ({
  status,
  location: null,
  retryAfter: null,
  ...more,
})
/** Busy, not up, or still at the same message. */
const LATER = [408, 409, 425, 429, 500, 502, 503, 504]
const REFUSED = [100, 199, 300, 301, 400, 401, 403, 404, 410, 413, 422, 501, 505]

describe('the answer to a message', () => {
  it.each(LATER)('asks for a later attempt: %d', (status) => {
    expect(judgeAnswer(answer(status), 'done', NOW)).toEqual({ kind: 'later', afterMs: undefined })
    expect(judgeAnswer(answer(status, { retryAfter: '7' }), 'accepted', NOW)).toEqual({ kind: 'later', afterMs: 7000 })
  })

  it.each(REFUSED)('is a refusal that no later attempt mends: %d', (status) => {
    expect(judgeAnswer(answer(status), 'done', NOW)).toEqual({ kind: 'refused' })
    expect(judgeAnswer(answer(status), 'accepted', NOW)).toEqual({ kind: 'refused' })
  })

  it.each([200, 201, 204, 299])('is the end of the work: %d', (status) => {
    expect(judgeAnswer(answer(status, { location: '/jobs/1' }), 'done', NOW)).toEqual({ kind: 'done' })
    expect(judgeAnswer(answer(status), 'accepted', NOW)).toEqual({ kind: 'done' })
  })

  it('of accepted work is the end where only the acceptance matters, and tells where to look otherwise', () => {
    const accepted = answer(202, { location: '/jobs/1', retryAfter: '3' })
    expect(judgeAnswer(accepted, 'accepted', NOW)).toEqual({ kind: 'done' })
    expect(judgeAnswer(accepted, 'done', NOW)).toEqual({ kind: 'follow', location: '/jobs/1', afterMs: 3000 })
    expect(judgeAnswer(answer(202), 'done', NOW)).toEqual({ kind: 'nowhere' })
  })
})

describe('the answer to a look at the work', () => {
  it.each([202, ...LATER])('leaves the end open: %d', (status) => {
    expect(judgeLook(answer(status, { retryAfter: '2' }), NOW)).toEqual({ kind: 'later', afterMs: 2000 })
  })

  it.each([200, 201, 204, 299])('is the end of the work: %d', (status) => {
    expect(judgeLook(answer(status), NOW)).toEqual({ kind: 'done' })
  })

  it.each(REFUSED)('is a definite no: %d', (status) => {
    expect(judgeLook(answer(status), NOW)).toEqual({ kind: 'refused' })
  })
})

it.each<[string | null, number | undefined]>([
  [null, undefined],
  ['0', 0],
  [' 120 ', 120_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  // Only whole seconds and dates are known; the rest must not be read as a date of another year.
  ['1x', undefined],
  ['x1', undefined],
])('reads the wait before the next try: %j', (retryAfter, afterMs) => {
  expect(judgeLook(answer(503, { retryAfter }), NOW)).toEqual({ kind: 'later', afterMs })
})
