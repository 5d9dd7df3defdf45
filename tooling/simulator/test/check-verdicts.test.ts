import { expect, it } from 'vitest'
import { checkVerdicts } from '../src/check/check-verdicts.ts'
import type { Evidence } from '../src/check/evidence.ts'
import type { JobVersion } from '../src/check/job-versions.ts'
import type { RecordedRun } from '../src/check/recorded-runs.ts'
import { START } from '../src/world.ts'

const version = (order: number, at: number): JobVersion =>
  ({
    at,
    client: 'm1.2',
    order,
    periodMs: 2000,
    rules: { from: -Infinity, until: Infinity },
    running: [],
    lost: [],
  }) as never

const MISSED: RecordedRun = {
  runId: 'a',
  job: 'job',
  status: 'missed',
  trigger: 'schedule',
  order: 1,
  at: 100_000,
  client: 'm1.2',
  hasStarted: false,
  from: START + 80_000,
  to: START + 96_000,
  count: 9,
  endedAt: START + 100_000,
}

/** The verdict of a pass of `m1`, in a leaderless fleet whose one lasting process has a clock that is off. */
function violationsBeside(lasting: { readonly skewMs: number }): string[] {
  const job = { name: 'job', jitterMs: 0, catchUp: 'latest' }
  const evidence = {
    plan: {
      isLeaderless: true,
      jobs: [job],
      machines: [{}, { dueEveryMs: 10_000 }],
      heartbeatMs: 2000,
      troubleMs: 0,
    },
    processes: [{ name: 'm0.1', scheduler: { listJobs: () => ({ job: {} }) } }],
    changes: [],
    calls: [],
    storeTime: START + 110_000,
    wallTimes: [START + 110_000 + lasting.skewMs, START + 110_000],
  } as unknown as Evidence
  const versions = new Map([['job', [version(0, 90_000), version(1, 100_000)]]])
  return checkVerdicts(evidence, versions, new Map([['a', [MISSED]]]))
}

it('without leaders, a process with a good clock was to run the ticks between two passes', () => {
  expect(violationsBeside({ skewMs: -1000 })).toEqual([expect.stringContaining('somebody could have run them')])
})

it('without leaders, nobody was to run them where the clocks of all lasting processes are behind', () => {
  expect(violationsBeside({ skewMs: -220_000 })).toEqual([])
})
