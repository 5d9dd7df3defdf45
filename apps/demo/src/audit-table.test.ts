import { expect, it } from 'vitest'
import type { AuditedJob } from '@s3sched/plugin'
import { auditProblems, auditTable, openTicks } from './audit-table.ts'

const fine: AuditedJob = {
  job: 'every-2s',
  from: 0,
  to: 1000,
  unclaimedSince: null,
  periods: 1,
  expected: 10,
  ran: 6,
  skipped: 2,
  missed: 1,
  lost: 1,
  open: 0,
  withdrawn: 0,
  problem: null,
  unaccounted: 0,
  doubled: 0,
  started: { manual: 0, chain: 0, start: 0, request: 0, backfill: 0 },
}

it('shows everything that can become of a tick within 80 columns, with a sum', () => {
  const table = auditTable([
    fine,
    { ...fine, job: 'too-slow', expected: 3, ran: 2, skipped: 0, missed: 0, open: 1, lost: 0 },
  ])
  expect(table).toBe(
    [
      'job          expected ran skipped missed lost open withdrawn unaccounted doubled',
      'every-2s           10   6       2      1    1    0         0           0       0',
      'too-slow            3   2       0      0    0    1         0           0       0',
      'in all             13   8       2      1    1    1         0           0       0',
    ].join('\n'),
  )
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

it('finds nothing wrong where every tick is accounted for once', () => {
  expect(auditProblems([fine])).toEqual([])
})

it('names each way in which an audit does not add up', () => {
  expect(auditProblems([{ ...fine, doubled: 1 }])).toEqual(['every-2s: 1 tick(s) ran twice'])
  expect(auditProblems([{ ...fine, ran: 4, unaccounted: 2 }])).toEqual(['every-2s: 2 tick(s) left no trace'])
  expect(auditProblems([{ ...fine, ran: 7 }])).toEqual([
    'every-2s: 10 tick(s) were expected, and the columns tell of 11',
  ])
  const none = { expected: 0, ran: 0, skipped: 0, missed: 0, lost: 0 }
  expect(auditProblems([{ ...fine, ...none }])).toEqual(['every-2s: no tick was expected, so the audit shows nothing'])
})

it('counts what is left for the next start, which breaks no promise', () => {
  const jobs = [fine, { ...fine, ran: 5, open: 1 }]
  expect(auditProblems(jobs)).toEqual([])
  expect(openTicks(jobs)).toBe(1)
})
