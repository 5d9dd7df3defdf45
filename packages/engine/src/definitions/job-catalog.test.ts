import type { AnyAction, AnyJobDefinition, JobContext } from '@s3sched/jobs'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { AttemptWrappers } from './around-attempt.ts'
import { JobCatalog } from './job-catalog.ts'
import type { ActionHost } from './resolved-job.ts'

const host: ActionHost = {
  shape: '()',
  call: (action: AnyAction) => action(),
  isolated: { call: () => undefined, settleMs: 0 } as never,
  around: new AttemptWrappers(),
}

it('a change of a job is what was asked for, also where the object of the application changes before the answer', () => {
  const defaults = { timezone: 'UTC', defaultRetries: 0, defaultTimeout: 0 }
  const catalog = new JobCatalog(defaults, host, { clock: createManualClock(), onFast: () => undefined })
  const called = (): unknown => catalog.get('job').action({} as JobContext, {})
  catalog.add('job', { schedule: null, action: () => 'first' }).keep()
  const changes: Partial<AnyJobDefinition> = { action: () => 'asked' }
  const change = catalog.update('job', changes)
  Object.assign(changes, { action: () => 'later' })
  change.keep()
  expect(called()).toBe('asked')
})
