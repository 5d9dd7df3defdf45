import { expect, it } from 'vitest'
import type { AuditedJob } from '@s3sched/plugin'
import { auditProblems, auditTable } from './audit-table.ts'

const fine: AuditedJob = {
  job: 'every-2s',
  from: 0,
  to: 1000,
  periods: 1,
  expected: 10,
  ran: 6,
  skipped: 2,
  missed: 1,
  lost: 1,
  open: 0,
  withdrawn: 0,
  unaccounted: 0,
  doubled: 0,
  started: { manual: 0, chain: 0, start: 0, request: 0 },
}

it('shows what became of every tick within 80 columns, with a sum', () => {
  const table = auditTable([fine, { ...fine, job: 'too-slow', expected: 3, ran: 3, skipped: 0, missed: 0, lost: 0 }])
  expect(table).toBe(
    [
      'job             expected       ran   skipped    missed      lost   doubled',
      'every-2s              10         6         2         1         1         0',
      'too-slow               3         3         0         0         0         0',
      'in all                13         9         2         1         1         0',
    ].join('\n'),
  )
})

it('finds nothing wrong where every tick is accounted for once', () => {
  expect(auditProblems([fine])).toEqual([])
})

it('names each way in which an audit does not add up', () => {
  expect(auditProblems([{ ...fine, doubled: 1 }])).toEqual(['every-2s: 1 tick(s) ran twice'])
  expect(auditProblems([{ ...fine, unaccounted: 2 }])).toEqual(['every-2s: 2 tick(s) left no trace'])
  expect(auditProblems([{ ...fine, open: 1 }])).toEqual(['every-2s: 1 tick(s) were claimed and have no record'])
  expect(auditProblems([{ ...fine, expected: 0 }])).toEqual([
    'every-2s: no tick was expected, so the audit shows nothing',
  ])
})
