import { everySchedule } from '@s3sched/cron'
import { type JobRecord, type JobSpec, type LocalJob, newJob, SchedulerError } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { knownJob } from './known-job.ts'

const schedule = everySchedule(60_000)
const spec = { enabled: true, after: [], jitterMs: 20 } as unknown as JobSpec
const local = { name: 'job', spec, schedule } as unknown as LocalJob
const record = newJob(spec, 'hash', 1000)
const known = { after: 1000, schedule, mayRun: true, isSettled: true, jitterMs: 20 }

interface Known {
  readonly record?: JobRecord | undefined
  readonly job?: LocalJob | undefined
}

function knowledge({ record: read, job }: Known) {
  const records = { peek: () => read, plainAfter: () => undefined }
  return knownJob({ records, jobs: { get: () => job }, schedules: { get: () => schedule } }, 'job')
}

it('knows a job from its record', () => {
  expect(knowledge({ record, job: local })).toEqual(known)
})

it('knows a job as the code defines it without its record', () => {
  const sources = { jobs: { get: () => local }, schedules: { get: () => null } }
  const records = { peek: () => undefined, plainAfter: () => 2000 }
  expect(knownJob({ ...sources, records }, 'job')).toEqual({ ...known, after: 2000 })
})

it.each([
  ['an action', { job: undefined }],
  ['an active record', { record: { ...record, paused: true } }],
])('runs no job without %s here, and does not read its schedule', (_, changes) => {
  const expected = { ...known, schedule: null, mayRun: false, isSettled: false }
  expect(knowledge({ record, job: local, ...changes })).toEqual(expected)
})

it('does not take a job with an open run for settled', () => {
  const running: JobRecord = { ...record, running: [{ runId: 'r' }] as unknown as JobRecord['running'] }
  expect(knowledge({ record: running, job: local })).toEqual({ ...known, isSettled: false })
})

it('knows nothing of a job with a schedule that this version can not read', () => {
  const refusing = (error: Error) => (): never => {
    throw error
  }
  const records = { peek: () => record, plainAfter: () => undefined }
  const sources = { records, jobs: { get: () => local } }
  const unreadable = new SchedulerError('no schedule', { code: 'INVALID_SCHEDULE', suggestion: 'none' })
  expect(knownJob({ ...sources, schedules: { get: refusing(unreadable) } }, 'job')).toBeUndefined()
  const broken = new Error('broken')
  expect(() => knownJob({ ...sources, schedules: { get: refusing(broken) } }, 'job')).toThrow(broken)
})

it('knows nothing of a job without a known record, although the code has the job', () => {
  expect(knowledge({ job: local })).toBeUndefined()
})
