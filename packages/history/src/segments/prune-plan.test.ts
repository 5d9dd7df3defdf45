import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RunStatus } from '../run-status.ts'
import { PrunePlan, type ListedSegment } from './prune-plan.ts'

const RETENTION = { maxAgeMs: 100, failedMaxAgeMs: 300 }
const NOW = 1000

const segment: fc.Arbitrary<ListedSegment> = fc
  .record({
    newest: fc.integer({ min: 640, max: 760 }),
    length: fc.integer({ min: 0, max: 30 }),
    late: fc.integer({ min: -40, max: 40 }),
    statuses: fc.constantFrom<RunStatus[]>(
      ['success'],
      ['success', 'skipped'],
      ['failed'],
      ['failed', 'lost'],
      ['success', 'failed'],
      ['cancelled'],
    ),
    id: fc.uuid(),
  })
  .map(({ newest, length, late, statuses, id }) => ({
    page: 'p',
    key: id,
    hash: id,
    jobs: 'A',
    count: 1,
    newest,
    oldest: newest - length,
    lastModified: newest + late,
    statuses: new Set(statuses),
  }))

const isTold = ({ statuses }: ListedSegment): boolean =>
  [...statuses].some((status) => status !== 'success' && status !== 'failed')
const overlap = (a: ListedSegment, b: ListedSegment): boolean => a.oldest <= b.newest && b.oldest <= a.newest
const isOld = ({ lastModified, newest, statuses }: ListedSegment): boolean =>
  NOW - Math.max(lastModified, newest) >
  (statuses.has('failed') || statuses.has('cancelled') ? RETENTION.failedMaxAgeMs : RETENTION.maxAgeMs)

it('nothing goes before its time, nor before a verdict whose truth it may be, and at most the limit goes', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (segments, limit) => {
      const plan = new PrunePlan(RETENTION)
      for (const each of segments) plan.see(each, NOW)
      const { afterwards, first, more } = plan.decide(limit)
      const gone = [...first, ...afterwards]
      const stay = segments.filter((each) => !gone.includes(each))
      expect(gone.every(isOld)).toBe(true)
      expect(gone.length).toBeLessThanOrEqual(limit)
      expect(afterwards.some(isTold)).toBe(false)
      expect(afterwards.filter((each) => stay.some((other) => isTold(other) && overlap(each, other)))).toEqual([])
      // Among expired verdicts the limit alone decides which go first.
      const isFirm = (other: ListedSegment): boolean => isTold(other) && (!more || !isOld(other))
      expect(first.filter((each) => stay.some((other) => isFirm(other) && overlap(each, other)))).toEqual([])
      const isHeld = (each: ListedSegment): boolean =>
        stay.some((other) => other !== each && isTold(other) && overlap(each, other))
      const free = stay.filter((each) => isOld(each) && !isHeld(each))
      expect(more || free.length === 0).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('the oldest go first, and a plan that the limit holds just fits is complete', () => {
  const expired = (key: string, status: RunStatus, newest: number): ListedSegment => {
    const statuses = new Set([status])
    return { page: 'p', key, hash: key, jobs: 'A', count: 1, newest, oldest: newest, lastModified: newest, statuses }
  }
  const plan = new PrunePlan(RETENTION)
  for (const [key, status, newest] of [
    ['b', 'success', 200],
    ['y', 'skipped', 400],
    ['a', 'success', 100],
    ['x', 'skipped', 300],
  ] as const) {
    plan.see(expired(key, status, newest), NOW)
  }
  const named = (limit: number): unknown => {
    const { afterwards, first, more } = plan.decide(limit)
    return [first.map(({ key }) => key), afterwards.map(({ key }) => key), more]
  }
  expect(named(1)).toEqual([['x'], [], true])
  expect(named(3)).toEqual([['x', 'y'], ['a'], true])
  expect(named(4)).toEqual([['x', 'y'], ['a', 'b'], false])
  const verdicts = new PrunePlan(RETENTION)
  verdicts.see(expired('x', 'skipped', 300), NOW)
  expect(verdicts.decide(1)).toMatchObject({ afterwards: [], more: false })
})

it('many calls with a small limit delete as much as one call, and then end', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (segments, limit) => {
      const remaining = (most: number): string[] => {
        let stay = [...segments]
        for (;;) {
          const plan = new PrunePlan(RETENTION)
          for (const each of stay) plan.see(each, NOW)
          const { afterwards, first, more } = plan.decide(most)
          stay = stay.filter((each) => !first.includes(each) && !afterwards.includes(each))
          if (!more) return stay.map(({ key }) => key)
        }
      }
      expect(remaining(limit)).toEqual(remaining(1000))
    }),
    { numRuns: 500 },
  )
})
