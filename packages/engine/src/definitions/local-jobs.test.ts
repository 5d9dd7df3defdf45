import { expect, it } from 'vitest'
import { AttemptWrappers } from './around-attempt.ts'
import { CompiledSpec } from './compiled-spec.ts'
import { type JobSpec, NameTable } from '@s3sched/jobs'
import { LocalJobs } from './local-jobs.ts'
import { ResolvedJob, type ActionHost } from './resolved-job.ts'

const host: ActionHost = {
  shape: '',
  call: () => undefined,
  around: new AttemptWrappers(),
  isolated: { settleMs: 0, call: () => Promise.resolve() },
}
const action = () => 1
const compiled = new CompiledSpec('any', { schedule: '0 0 * * *', timezone: 'UTC' } as JobSpec)
const checked = { compiled, fields: { schedule: '@daily' } }
const job = (name: string): ResolvedJob => new ResolvedJob(name, checked, action, host)

it('holds jobs as a map does, beside the names of others', () => {
  const names = new NameTable()
  const jobs = new LocalJobs(names, host)
  jobs.set(job('a'))
  names.numberOf('of another instance')
  jobs.set(job('b')).set(job('b'))
  expect([...jobs.keys()]).toEqual(['a', 'b'])
  expect([...jobs].map(([name, each]) => `${name} ${each.name}`)).toEqual(['a a', 'b b'])
  expect([jobs.size, jobs.has('of another instance'), jobs.get('of another instance')]).toEqual([2, false, undefined])
  expect(jobs.get('b')).toEqual(job('b'))
  const seen: string[] = []
  jobs.forEach((_, name) => seen.push(name))
  expect(seen).toEqual(['a', 'b'])
})

it('forgets a job and not its number', () => {
  const names = new NameTable()
  const jobs = new LocalJobs(names, host).set(job('a')).set(job('b'))
  expect([jobs.delete('a'), jobs.delete('a'), jobs.delete('c')]).toEqual([true, false, false])
  expect([jobs.size, jobs.has('a'), jobs.get('a'), [...jobs.keys()]]).toEqual([1, false, undefined, ['b']])
  jobs.set(job('a'))
  expect([jobs.size, names.find('a')]).toEqual([2, 0])
})

it('shares what is compiled and checked between the jobs that it makes', () => {
  const jobs = new LocalJobs(new NameTable(), host).set(job('a'))
  expect(jobs.get('a')?.spec).toBe(compiled.spec)
  expect(jobs.get('a')?.checked).toBe(checked)
  expect(jobs.get('a')?.definition).toEqual({ schedule: '@daily', action })
  expect([jobs.get('a')?.backoff, jobs.get('a')?.fields]).toEqual(['exponential', {}])
})
