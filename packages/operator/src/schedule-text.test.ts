import type { JobSpec } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { scheduleText } from './schedule-text.ts'

const words = { instant: (at: number) => `at ${at}`, duration: (ms: number) => `${ms} ms` }
const textOf = (spec: Partial<JobSpec>): string =>
  scheduleText({ after: [], schedule: null, timezone: 'UTC', ...spec }, words)

it.each<[string, Partial<JobSpec>]>([
  ['after import, clean', { after: ['import', 'clean'] }],
  ['after the failure of import, clean', { after: ['import', 'clean'], afterOn: { import: 'failure' } }],
  ['by hand', {}],
  ['@daily (Europe/Rome), or after import', { after: ['import'], schedule: '@daily', timezone: 'Europe/Rome' }],
  ['0 3 * * *', { schedule: '0 3 * * *' }],
  ['0 3 * * * (Europe/Berlin)', { schedule: '0 3 * * *', timezone: 'Europe/Berlin' }],
  ['once, at 5', { schedule: { at: 5 } }],
  ['every 90000 ms', { schedule: { every: 90_000, anchor: 0 } }],
  ['every 2h offset by 30m', { schedule: { every: '2h', anchor: 0, offset: '30m' } }],
  ['every 2h', { schedule: { every: '2h', anchor: 0 } }],
  [
    '0 3 * * * (Europe/Berlin) and every 2h, from 2027-01-01, until at 5, not on italy, * * 25 12 *, 2027-01-06',
    {
      schedule: {
        of: ['0 3 * * *', { every: '2h', anchor: 0 }],
        from: '2027-01-01',
        until: 5,
        exclude: [{ name: 'italy', dates: [] }, '* * 25 12 *', '2027-01-06'],
      },
      timezone: 'Europe/Berlin',
    },
  ],
  [
    '@daily, next-working-day on a calendar, 2 dates, at most 3 times',
    {
      schedule: {
        of: ['@daily'],
        exclude: [{ dates: [] }, '2027-01-06', { from: '2027-08-01', until: '2027-08-31' }],
        onExcluded: 'next-working-day',
      },
      maxRuns: 3,
    },
  ],
  [
    '@daily, not on 2027-08-01..2027-08-31',
    { schedule: { of: ['@daily'], exclude: [{ from: '2027-08-01', until: '2027-08-31' }] } },
  ],
  ['@daily, at most once', { schedule: '@daily', maxRuns: 1 }],
])('says %s', (text, spec) => {
  expect(textOf(spec)).toBe(text)
})
