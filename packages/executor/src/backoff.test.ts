import { createSeededRandom } from '@s3sched/kernel/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { checkBackoff, delayAfter, type Backoff } from './backoff.ts'

const random = createSeededRandom(7)
const delays = (backoff: Backoff, count: number): number[] =>
  Array.from(
    { length: count },
    (_, index) => delayAfter(checkBackoff(backoff), index + 1, new Error('x'), random).delayMs,
  )

describe('named backoffs', () => {
  it('is checked once for all runs that name it', () => {
    expect(checkBackoff('linear')).toBe(checkBackoff('linear'))
  })

  it('grows exponentially from 1 s to 5 min, all of it random, unless told otherwise', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 101 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failed, chance) => {
          const { delayMs } = delayAfter(checkBackoff('exponential'), failed, undefined, {
            ...random,
            float: () => chance,
          })
          expect(delayMs).toBeCloseTo(Math.min(300_000, 1000 * 2 ** (failed - 1)) * chance, 3)
        },
      ),
    )
  })

  it('never leaves its bounds, whatever its options', () => {
    const options = fc.record({
      type: fc.constantFrom('exponential' as const, 'linear' as const, 'fixed' as const),
      baseMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      factor: fc.double({ min: 1, max: 100, noNaN: true }),
      maxMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 101 }), (backoff, failed) => {
        const { delayMs } = delayAfter(checkBackoff(backoff), failed, undefined, random)
        const fixed = Math.min(backoff.maxMs, backoff.baseMs) * (1 - backoff.jitter)
        expect(delayMs).toBeGreaterThanOrEqual(fixed * 0.999_999)
        expect(delayMs).toBeLessThanOrEqual(backoff.maxMs * 1.000_001)
      }),
    )
  })

  it('grows linearly, or not at all', () => {
    expect(delays('linear', 3)).toEqual([1000, 2000, 3000])
    expect(delays('fixed', 3)).toEqual([1000, 1000, 1000])
    expect(delays({ type: 'linear', baseMs: 10, maxMs: 25 }, 4)).toEqual([10, 20, 25, 25])
  })

  it('has the random part that is asked for, none included', () => {
    const half = { ...random, float: () => 0.5 }
    const delayOf = (backoff: Backoff | undefined) => delayAfter(checkBackoff(backoff), 2, undefined, half).delayMs
    expect(delayOf({ type: 'fixed', baseMs: 100, jitter: 0.2 })).toBe(90)
    expect(delayOf({ type: 'fixed', baseMs: 100, jitter: 1 })).toBe(50)
    expect(delayOf({ type: 'exponential', baseMs: 100, factor: 3, jitter: 0 })).toBe(300)
    expect(delayOf(undefined)).toBe(1000)
  })
})

it('takes a list of up to 100 delays', () => {
  const longest = Array.from({ length: 100 }, (_, index) => index)
  expect(delays(longest, 100)).toEqual(longest)
  expect(delays([Number.MAX_SAFE_INTEGER], 1)).toEqual([Number.MAX_SAFE_INTEGER])
  expect(() => checkBackoff([...longest, 100])).toThrow('a list of 1 to 100 delays')
})

it('takes a list in turn and repeats its last delay', () => {
  expect(delays([5, 50], 4)).toEqual([5, 50, 50, 50])
})

describe('a function', () => {
  it('is asked with the attempt and the error', () => {
    const error = new Error('x')
    const asked: unknown[] = []
    const backoff = checkBackoff((...args) => asked.push(...args) * 0 + 7)
    expect(delayAfter(backoff, 3, error, random)).toEqual({ delayMs: 7 })
    expect(asked).toEqual([3, error])
  })

  it.each([[Number.NaN], [-1], [Infinity], ['5s'], [undefined]])(
    'that returns %s is replaced, and named',
    (nonsense) => {
      const { delayMs, problem } = delayAfter(
        checkBackoff(() => nonsense as number),
        1,
        undefined,
        random,
      )
      expect(delayMs).toBeLessThanOrEqual(1000)
      expect(problem).toMatch(/expected the backoff function to return ms >= 0, got/)
    },
  )

  it('that is asynchronous is replaced, and its rejection handled', () => {
    const promise: unknown = Promise.resolve(7)
    const then = vi.spyOn(promise as Promise<number>, 'then')
    const { problem } = delayAfter(
      checkBackoff(() => promise as number),
      1,
      undefined,
      random,
    )
    expect(problem).toMatch(/expected the backoff function to return ms >= 0, got/)
    expect(then.mock.calls).toEqual([[undefined, expect.any(Function)]])
  })

  it('that throws is replaced, and named', () => {
    const broken = (): number => {
      throw new Error('no idea')
    }
    expect(delayAfter(checkBackoff(broken), 1, undefined, random).problem).toBe('the backoff function threw: no idea')
  })
})

describe('a wrong backoff is refused by name', () => {
  it.each<[unknown, RegExp]>([
    ['expotential', /^backoff: expected type to be one of 'exponential', 'linear', 'fixed', got "expotential"/],
    [{ type: 'fixed', baseMs: -5 }, /expected baseMs to be a number >= 0.*got -5/],
    [{ type: 'fixed', baseMs: Number.NaN }, /baseMs.*got NaN/],
    [{ type: 'fixed', maxMs: -1 }, /expected maxMs to be a number >= 0.*got -1/],
    [{ type: 'fixed', maxMs: 1e300 }, /maxMs.*got 1e\+300/],
    [{ type: 'fixed', factor: 0.9 }, /expected factor to be a number >= 1.*got 0.9/],
    [{ type: 'fixed', factor: 101 }, /factor.*got 101/],
    [{ type: 'fixed', jitter: '0.5' }, /expected jitter to be .*got "0.5"/],
    [{ type: 'fixed', jitter: -0.5 }, /expected jitter to be .*got -0.5/],
    [{ type: 'fixed', jitter: 2 }, /expected jitter to be a number >= 0 and <= 1, got 2/],
    [{ type: 'fixed', jiter: 1 }, /Did you mean 'jitter'/],
    [[], /^backoff: expected backoff to be a list of 1 to 100 delays in ms, each >= 0, got \[\]/],
    [[1, -1], /each >= 0, got/],
    [[1, 1e300], /each >= 0, got/],
  ])('%j', (backoff, message) => {
    expect(() => checkBackoff(backoff as Backoff)).toThrow(message)
  })
})
