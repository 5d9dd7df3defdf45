import { expect, it } from 'vitest'
import { lagOf, summarizeLags } from './index.ts'

const scheduled = (lagMs: number) => ({ trigger: 'schedule', lagMs }) as const

it('tells how late the runs of a schedule started, exactly', () => {
  const runs = Array.from({ length: 100 }, (_, index) => scheduled(100 - index))
  expect(summarizeLags(runs)).toEqual({ count: 100, p50Ms: 50, p95Ms: 95, longestMs: 100 })
  expect(summarizeLags([scheduled(7)])).toEqual({ count: 1, p50Ms: 7, p95Ms: 7, longestMs: 7 })
  expect(summarizeLags([scheduled(0), scheduled(3000)])).toMatchObject({ p50Ms: 0, p95Ms: 3000 })
})

it('counts no run that had no tick, and none that did not start', () => {
  const others = [{ trigger: 'manual', lagMs: 4 }, { trigger: 'chain', lagMs: 9 }, { trigger: 'schedule' }] as const
  expect(summarizeLags(others)).toBeUndefined()
  expect(summarizeLags([...others, scheduled(5)])).toMatchObject({ count: 1, longestMs: 5 })
})

it('is not led astray by what a broken record holds', () => {
  for (const lagMs of ['12', Number.NaN, -5, null]) {
    expect(lagOf({ trigger: 'schedule', lagMs } as unknown as ReturnType<typeof scheduled>)).toBeUndefined()
  }
})
