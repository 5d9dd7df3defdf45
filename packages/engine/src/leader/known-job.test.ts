import { everySchedule } from '@s3sched/cron'
import { type JobRecord, type JobSpec, type LocalJob, newJob } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { knownJob } from './known-job.ts'

const schedule = everySchedule(60_000)
const spec = { enabled: true, after: [] } as unknown as JobSpec
const job = { name: 'job', spec, schedule } as unknown as LocalJob
const record = newJob(spec, 'hash', 1000)
const known = { after: 1000, schedule, mayRun: true, isSettled: true, isChained: false }

it('knows a job from its record', () => {
  expect(knownJob({ record, schedule, vouchedFrom: undefined, job })).toEqual(known)
  const after = { ...record, spec: { ...spec, after: ['first'] } }
  expect(knownJob({ record: after, schedule: null, vouchedFrom: undefined, job })).toEqual({
    ...known,
    schedule: null,
    isChained: true,
  })
})

it.each([
  ['an action', { job: undefined }],
  ['an active record', { record: { ...record, paused: true } }],
])('does not run a job without %s here', (_, changes) => {
  const sources = { record, schedule, vouchedFrom: undefined, job, ...changes }
  expect(knownJob(sources)).toEqual({ ...known, mayRun: false, isSettled: false })
})

it('does not take a job with an open run for settled', () => {
  const running: JobRecord = { ...record, running: [{ runId: 'r' }] as unknown as JobRecord['running'] }
  expect(knownJob({ record: running, schedule, vouchedFrom: undefined, job })).toMatchObject({
    mayRun: true,
    isSettled: false,
  })
})

it('knows a job without a read of its record, by the index and the code', () => {
  const unread = { record: undefined, schedule: null }
  expect(knownJob({ ...unread, vouchedFrom: 1000, job })).toEqual(known)
  const disabled = { ...job, spec: { ...spec, enabled: false } }
  expect(knownJob({ ...unread, vouchedFrom: 1000, job: disabled })).toEqual({ ...known, schedule: null })
})

it('knows nothing of a job that only the index or only the code names', () => {
  const unread = { record: undefined, schedule: null }
  expect(knownJob({ ...unread, vouchedFrom: 1000, job: undefined })).toBeUndefined()
  expect(knownJob({ ...unread, vouchedFrom: undefined, job })).toBeUndefined()
})
