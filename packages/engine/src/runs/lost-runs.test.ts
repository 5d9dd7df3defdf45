import { type JobRecord, keepRun, type OpenRun } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { isStill } from './lost-runs.ts'

const recordOf = (run: OpenRun): JobRecord => ({ running: [run] }) as unknown as JobRecord

it.each([
  ['leader', 4],
  ['member', null],
] as const)('a verdict on the run of a %s does not hold once its process has kept the run', (role, epoch) => {
  const examined = { runId: 'run', fence: 7, role, epoch, retry: null } as OpenRun
  expect(isStill(recordOf(examined), examined)).toBe(true)
  const kept = keepRun(recordOf(examined), 'run')
  expect(isStill(kept, examined)).toBe(false)
  expect(isStill(keepRun(kept, 'run'), kept.running[0] ?? examined)).toBe(false)
})
