import type { JobSpec } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { boundsText } from './bounds-text.ts'

const USUAL = { deadline: 0, priority: 0, group: null, groupLimit: 1, groupFleetLimit: 0 }
const text = (bounds: Partial<JobSpec>): string =>
  boundsText({ ...USUAL, ...bounds } as JobSpec, { duration: (ms) => `${ms} ms` })

it('names deadline, priority and group, and nothing for a job without them', () => {
  expect(text({})).toBe('')
  expect(text({ deadline: 500, priority: -3 })).toBe('deadline 500 ms, priority -3')
  expect(text({ group: 'db', groupLimit: 2 })).toBe('group db (2 a process)')
  expect(text({ group: 'db', groupLimit: 2, groupFleetLimit: 2 })).toBe('group db (2 in the fleet)')
  expect(text({ group: 'db', groupLimit: 2, groupFleetLimit: 9 })).toBe('group db (2 a process, 9 in the fleet)')
})
