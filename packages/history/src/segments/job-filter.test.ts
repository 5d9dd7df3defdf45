import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filterOfJobs, MAX_FILTER_CHARACTERS, mayHoldJob } from './job-filter.ts'

const named = (count: number, prefix: string): Set<string> =>
  new Set(Array.from({ length: count }, (_, n) => `${prefix}-${n}`))

describe('a filter of jobs', () => {
  it('holds each of its jobs, in few characters', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z.-]{1,12}$/), { minLength: 1, maxLength: 300 }), (jobs) => {
        const filter = filterOfJobs(new Set(jobs), 'salt')
        expect(filter).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(filter.length).toBeLessThanOrEqual(MAX_FILTER_CHARACTERS)
        expect(jobs.filter((job) => !mayHoldJob(filter, job, 'salt'))).toEqual([])
      }),
    )
  })

  it.each([
    [1, 0.15],
    [10, 0.06],
    [70, 0.06],
    [130, 0.2],
  ])('of %i jobs takes few others for its own', (count, share) => {
    const filter = filterOfJobs(named(count, 'mine'), 'salt')
    const wrong = [...named(10_000, 'other')].filter((job) => mayHoldJob(filter, job, 'salt'))
    expect(wrong.length / 10_000).toBeLessThan(share)
  })
})
