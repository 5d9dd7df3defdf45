import { compileSchedule, type JobRecord, type JobSpec, newJob } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { ScheduleCache } from './schedule-cache.ts'

const job = (schedule: JobSpec['schedule']): { readonly local: never; readonly read: () => JobRecord } => {
  const spec = { schedule, timezone: 'UTC', enabled: true } as JobSpec
  const local = { name: 'job', spec, hash: 'h', schedule: compileSchedule('job', spec) }
  return { local: local as never, read: () => JSON.parse(JSON.stringify(newJob(spec, 'h', 0))) as JobRecord }
}

it.each<[string, JobSpec['schedule']]>([
  ['cron', '*/5 * * * *'],
  ['interval', { every: '15m', anchor: 0 }],
  ['one-time', { at: 5 }],
])("gives the code's %s schedule for each reading of its record, so that a claim finds it in force", (_, schedule) => {
  const { local, read } = job(schedule)
  const cache = new ScheduleCache(() => local)
  const inForce = (local as { schedule: unknown }).schedule
  expect(cache.get('job', read())).toBe(inForce)
  expect(cache.get('job', { ...read(), override: { against: 'h', fields: { retries: 2 } } })).toBe(inForce)
})

it("compiles another schedule than the code's once, whatever record it comes from", () => {
  const cache = new ScheduleCache(() => job('0 0 * * *').local)
  const other = job({ every: '1h', anchor: 0 })
  expect(cache.get('job', other.read())?.next(0)).toBe(3_600_000)
  expect(cache.get('job', other.read())).toBe(cache.get('job', other.read()))
})
