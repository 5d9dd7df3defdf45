import { expect, it } from 'vitest'
import { checkChains } from '../src/check/check-chains.ts'
import type { Evidence } from '../src/check/evidence.ts'
import type { JobVersion } from '../src/check/job-versions.ts'
import type { RecordedRun } from '../src/check/recorded-runs.ts'

const SUCCESS: RecordedRun = {
  runId: 'a',
  job: 'first',
  status: 'success',
  trigger: 'schedule',
  order: 1,
  at: 100_000,
  client: 'm0.9',
  hasStarted: true,
  from: 0,
  to: 0,
  count: 1,
  endedAt: 0,
}

/** The success of a job whose follower is never started, in a fleet of passes that have all ended. */
function violationsOf(versions: ReadonlyMap<string, readonly JobVersion[]>, defined: readonly string[]): string[] {
  const listed = Object.fromEntries(defined.map((job) => [job, {}]))
  const evidence = {
    plan: {
      jobs: [
        { name: 'first', after: [] },
        { name: 'second', after: ['first'] },
      ],
      machines: [{ dueEveryMs: 5000 }],
      troubleMs: 0,
    },
    processes: [],
    latest: [{ name: 'm0.10', scheduler: { listJobs: () => listed } }],
    unfinished: new Set(),
    endedAt: 200_000,
  } as unknown as Evidence
  return checkChains(evidence, versions, new Map([['a', [SUCCESS]]]))
}

const DEFINED = new Map([
  ['second', [{ at: 0, enabled: true, paused: false, removed: false, isDeleted: false, running: [] }]],
]) as unknown as ReadonlyMap<string, readonly JobVersion[]>

it('a follower that the passes of a fleet do not start is noticed, although no process is alive', () => {
  expect(violationsOf(DEFINED, ['first', 'second'])).toEqual([expect.stringContaining('second was not started')])
})

it('a follower that no version of the code so far has need not start', () => {
  expect(violationsOf(new Map(), ['first'])).toEqual([])
})
