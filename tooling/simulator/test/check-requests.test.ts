import { expect, it } from 'vitest'
import { checkRequests } from '../src/check/check-requests.ts'
import type { Evidence } from '../src/check/evidence.ts'
import type { JobVersion } from '../src/check/job-versions.ts'

/** A request that nobody obeys for two minutes, beside runs of one role. */
function violationsBeside(role: 'leader' | 'member', periodMs: number): string[] {
  const evidence = {
    changes: [{ at: 10, key: 'triggers/job.id.json', fields: { kind: 'run' } }],
    calls: [],
    operations: [],
    plan: { jobs: [{ name: 'job', periodMs, tookMs: 300, overlap: 'skip' }], troubleMs: 0 },
    latest: [],
    unfinished: new Set(),
    endedAt: 120_000,
    isAnswered: () => true,
  } as unknown as Evidence
  const version = { at: 0, isDeleted: false, removed: false, running: [{ runId: 'other', role, trigger: 'schedule' }] }
  return checkRequests(evidence, new Map([['job', [version as unknown as JobVersion]]]))
}

it('a request that is never obeyed is noticed', () => {
  const noticed = [expect.stringContaining('never obeyed')]
  expect(violationsBeside('leader', 2000)).toEqual(noticed)
  expect(violationsBeside('member', 4000)).toEqual(noticed)
})

it('a request may wait while the runs of a standby, from claim to end, fill the period', () => {
  expect(violationsBeside('member', 2000)).toEqual([])
})
