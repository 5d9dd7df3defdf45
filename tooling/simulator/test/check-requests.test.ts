import { expect, it } from 'vitest'
import { checkRequests } from '../src/check/check-requests.ts'
import type { Evidence } from '../src/check/evidence.ts'
import type { JobVersion } from '../src/check/job-versions.ts'

/** A request that nobody obeys for two minutes, beside a run of one role that ends at an instant. */
function violationsBeside(role: 'leader' | 'member', endsAt: number): string[] {
  const evidence = {
    changes: [{ at: 10, key: 'triggers/job.id.json', fields: { kind: 'run' } }],
    calls: [],
    operations: [],
    plan: { jobs: [{ name: 'job', periodMs: 2000, tookMs: 300, overlap: 'skip' }], troubleMs: 0 },
    latest: [],
    unfinished: new Set(),
    endedAt: 120_000,
    isAnswered: () => true,
  } as unknown as Evidence
  const busy = { at: 0, isDeleted: false, removed: false, running: [{ runId: 'other', role, trigger: 'schedule' }] }
  const versions = [busy, { ...busy, at: endsAt, running: [] }] as unknown as readonly JobVersion[]
  return checkRequests(evidence, new Map([['job', versions]]))
}

it('a request that is never obeyed is noticed', () => {
  const noticed = [expect.stringContaining('never obeyed')]
  expect(violationsBeside('leader', 119_000)).toEqual(noticed)
  expect(violationsBeside('member', 100_000)).toEqual(noticed)
})

it('a request may wait while a process that does not lead has runs, nearly all of the time', () => {
  expect(violationsBeside('member', 119_000)).toEqual([])
})
