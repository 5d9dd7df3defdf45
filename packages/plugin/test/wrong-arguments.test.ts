import { silentLogger } from '@s3sched/kernel'
import { createMemoryStore } from '@s3sched/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createScheduler, type Scheduler } from '../src/index.ts'

/** As JavaScript calls them. */
type Untyped = Readonly<Record<string, (...given: unknown[]) => unknown>>

let scheduler: Scheduler
let untyped: Untyped
beforeEach(() => {
  const job = { schedule: null, action: () => 1 }
  scheduler = createScheduler({ store: createMemoryStore(), handleSignals: false, logger: silentLogger, jobs: { job } })
  untyped = scheduler as object as Untyped
})
afterEach(() => scheduler.stop())

it.each<[string, unknown[], string, string]>([
  ['updateJob', ['job', 5], 'INVALID_JOB', "Job 'job': expected changes such as { schedule }, got 5"],
  ['updateJob', ['job', null], 'INVALID_JOB', 'got null'],
  ['updateJob', ['job'], 'INVALID_JOB', 'got undefined'],
  ['addJob', [null, { schedule: null, action: () => 1 }], 'INVALID_JOB', 'expected a job name'],
  ['addJob', [['a'], { schedule: null, action: () => 1 }], 'INVALID_JOB', "got [ 'a' ]"],
  ['runJob', [Object.create(null)], 'JOB_NOT_FOUND', 'Object: null prototype'],
  ['enableJob', [], 'JOB_NOT_FOUND', "Job 'undefined' not found"],
  ['backfill', ['job'], 'INVALID_ARGUMENT', 'expected { from, to }, got undefined'],
  ['stop', [{ timeOut: 5 }], 'INVALID_ARGUMENT', "unknown option 'timeOut'. Did you mean 'timeout'?"],
  ['stop', [5], 'INVALID_ARGUMENT', 'stop: expected the options to be an object, got 5'],
  ['stop', [{ timeout: '5s' }], 'INVALID_ARGUMENT', 'expected timeout to be a number of ms >= 0, got "5s"'],
  ['aroundAttempts', [5], 'INVALID_ARGUMENT', 'expected the argument of aroundAttempts to be a function, got 5'],
  ['getJobHistory', ['job', null], 'INVALID_ARGUMENT', 'query: expected the options to be an object, got null'],
  ['getJobHistory', ['job', 50], 'INVALID_ARGUMENT', 'query: expected the options to be an object, got 50'],
  ['getJobHistory', ['job', { limt: 5 }], 'INVALID_ARGUMENT', "unknown option 'limt'. Did you mean 'limit'?"],
])('%s(%j) is refused with %s, by name', async (method, given, code, message) => {
  // The views and the records are there.
  await scheduler.refresh()
  const call = async (): Promise<unknown> => untyped[method]?.apply(scheduler, given)
  await expect(call()).rejects.toMatchObject({
    name: 'SchedulerError',
    code,
    message: expect.stringContaining(message) as string,
  })
  expect(scheduler.listJobs().map(({ name }) => name)).toEqual(['job'])
})

it.each([[undefined], [null], [5]])('getJobStatus(%j) is null, as for an unknown name', async (name) => {
  expect(untyped['getJobStatus']?.call(scheduler, name)).toBeNull()
  await scheduler.refresh()
  expect(untyped['getJobStatus']?.call(scheduler, name)).toBeNull()
})

it.each(['isLeader', 'getLeader', 'getCurrentEpoch'])('%s(null) is the answer without a name', async (method) => {
  const sharded = createScheduler({ store: createMemoryStore(), shards: 4, handleSignals: false, logger: silentLogger })
  await sharded.refresh()
  const call = (sharded as object as Untyped)[method]
  expect(call?.call(sharded, null)).toEqual(call?.call(sharded))
  await sharded.stop()
})
