import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { decideRetry, type RetryDecision } from './retry-decision.ts'

const policy = { retries: 2, backoff: [100, 200] } as const
const decide = (attempt: number, thrown: unknown = new Error('no'), leftMs: number = Infinity): RetryDecision =>
  decideRetry(policy, { attempt, thrown, leftMs }, createSeededRandom(1))

describe('the step after a failed attempt', () => {
  it('is another attempt after the backoff, as often as the policy says', () => {
    expect([1, 2, 3].map((attempt) => decide(attempt))).toEqual([
      { next: 'retry', delayMs: 100 },
      { next: 'retry', delayMs: 200 },
      { next: 'end' },
    ])
  })

  it('is the end after an error that is not retriable, also by an inherited field', () => {
    const end = { next: 'end', note: 'not retried: the error says it is not retriable' }
    expect(decide(1, { retriable: false })).toEqual(end)
    expect(decide(1, Object.create({ retriable: false }))).toEqual(end)
    expect(decide(1, { retriable: true }).next).toBe('retry')
    expect(decide(1, { retriable: undefined }).next).toBe('retry')
  })

  it.each([null, undefined, 'a text', 0, () => undefined])('takes any thrown value: %s', (thrown) => {
    expect(decide(1, thrown)).toEqual({ next: 'retry', delayMs: 100 })
  })

  it('comes after the delay that the error asks for, where that is a delay', () => {
    expect(decide(1, { retryAfterMs: 5 })).toEqual({ next: 'retry', delayMs: 5 })
    expect(decide(1, { retryAfterMs: 0 })).toEqual({ next: 'retry', delayMs: 0 })
    for (const retryAfterMs of [-1, NaN, '5', null]) expect(decide(1, { retryAfterMs })).toMatchObject({ delayMs: 100 })
  })

  it('takes a field whose getter throws for none', () => {
    const hostile = {
      get retriable(): boolean {
        throw new Error('boo')
      },
      get retryAfterMs(): number {
        throw new Error('boo')
      },
    }
    expect(decide(1, hostile)).toEqual({ next: 'retry', delayMs: 100 })
  })

  it('is the end where the next attempt would not begin before the deadline', () => {
    const end = { next: 'end', note: 'not retried: the deadline is before the next attempt, 100 ms away' }
    expect(decide(1, undefined, 100)).toEqual(end)
    expect(decide(1, undefined, 101).next).toBe('retry')
    expect(decide(1, { retryAfterMs: 0.5 }, 0.5)).toMatchObject({
      note: expect.stringContaining(', 1 ms away') as string,
    })
  })

  it('tells the problem of a backoff of the user, whose delay is replaced', () => {
    const broken = { retries: 1, backoff: () => -1 }
    expect(
      decideRetry(broken, { attempt: 1, thrown: undefined, leftMs: Infinity }, createSeededRandom(1)),
    ).toMatchObject({
      next: 'retry',
      problem: expect.any(String) as string,
    })
  })
})
