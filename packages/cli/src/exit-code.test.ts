import { S3SchedError } from '@s3sched/kernel'
import { SchedulerError } from '@s3sched/plugin'
import { StoreError } from '@s3sched/store'
import { expect, it } from 'vitest'
import { BrokenPipe, Interrupted, UsageError } from './ending.ts'
import { exitCodeOf } from './exit-code.ts'

it.each([
  [new UsageError('what?'), 2],
  [new S3SchedError('bad', { code: 'INVALID_OPTIONS' }), 2],
  [new StoreError('bad', { code: 'INVALID_CONNECTION' }), 2],
  [new StoreError('away', { code: 'NETWORK' }), 3],
  [new StoreError('no', { code: 'ACCESS_DENIED' }), 3],
  [new SchedulerError('odd', { code: 'STORE' }), 3],
  [new SchedulerError('who?', { code: 'JOB_NOT_FOUND' }), 1],
  [new TypeError('bug'), 4],
  ['thrown', 4],
  [new BrokenPipe(), 141],
  [new Interrupted('SIGINT'), 130],
  [new Interrupted('SIGTERM'), 143],
  [new Interrupted('SIGHUP'), 129],
])('%s ends with %d', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})
