import type { JobSpec } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { scheduleText } from './schedule-text.ts'

const words = { instant: (at: number) => `at ${at}`, duration: (ms: number) => `${ms} ms` }
const textOf = (spec: Partial<JobSpec>): string =>
  scheduleText({ after: [], schedule: null, timezone: 'UTC', ...spec } as JobSpec, words)

it.each<[string, Partial<JobSpec>]>([
  ['after import, clean', { after: ['import', 'clean'] }],
  ['by hand', {}],
  ['0 3 * * *', { schedule: '0 3 * * *' }],
  ['0 3 * * * (Europe/Berlin)', { schedule: '0 3 * * *', timezone: 'Europe/Berlin' }],
  ['once, at 5', { schedule: { at: 5 } }],
  ['every 90000 ms', { schedule: { every: 90_000, anchor: 0 } }],
  ['every 2h', { schedule: { every: '2h', anchor: 0 } }],
])('says %s', (text, spec) => {
  expect(textOf(spec)).toBe(text)
})
