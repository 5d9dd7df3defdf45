import { describe, expect, it } from 'vitest'
import type { JobSpec } from './job-spec.ts'
import { hasSameTicks, isSameDefinition } from './same-ticks.ts'

const noon = { schedule: '0 12 * * *', timezone: 'UTC' }

describe('the ticks of two specifications', () => {
  it.each([
    [noon, { ...noon, schedule: '0  12 * * *' }],
    [noon, { ...noon, schedule: '0 0 12 * * *' }],
    [noon, { ...noon, timezone: 'Etc/UTC' }],
    [
      { schedule: { every: '60m', anchor: 0 }, timezone: 'UTC' },
      { schedule: { every: '1h', anchor: 0 }, timezone: 'Asia/Tokyo' },
    ],
    [
      { schedule: null, timezone: 'UTC' },
      { schedule: null, timezone: 'Asia/Tokyo' },
    ],
    [
      { schedule: 'unknown to this version', timezone: 'UTC' },
      { schedule: 'unknown to this version', timezone: 'UTC' },
    ],
    // Such a schedule is a new object after each read of the record.
    [
      { schedule: { unknown: 'to this version' } as never, timezone: 'UTC' },
      { schedule: { unknown: 'to this version' } as never, timezone: 'UTC' },
    ],
  ])('are the same by meaning: %j and %j', (a, b) => expect(hasSameTicks('job', a, b)).toBe(true))

  it.each([
    [noon, { ...noon, schedule: '0 13 * * *' }],
    [noon, { ...noon, timezone: 'Europe/Rome' }],
    [noon, { ...noon, schedule: null }],
    [
      { schedule: { every: '1h', anchor: 0 }, timezone: 'UTC' },
      { schedule: { every: '1h', anchor: 1 }, timezone: 'UTC' },
    ],
    [
      { schedule: 'unknown to this version', timezone: 'UTC' },
      { schedule: 'unknown, too', timezone: 'UTC' },
    ],
  ])('are not: %j and %j', (a, b) => expect(hasSameTicks('job', a, b)).toBe(false))

  it('are not compared where the caller gives no specification, which is no schedule of another version', () => {
    expect(() => hasSameTicks('job', [] as never, noon)).toThrow(
      /expected a job's name and its \{ schedule, timezone \}/,
    )
  })

  it('and all else make a definition', () => {
    const spec = { ...noon, retries: 1 } as unknown as JobSpec
    expect(isSameDefinition('job', spec, { ...spec, timezone: 'Etc/UTC' })).toBe(true)
    expect(isSameDefinition('job', spec, { ...spec, timezone: 'Etc/UTC', retries: 2 })).toBe(false)
  })
})
