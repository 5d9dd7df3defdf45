import { beforeEach, expect, it } from 'vitest'
import { AlikeDefinitions } from './alike-definitions.ts'
import { AttemptWrappers } from './around-attempt.ts'
import { LocalJobs } from './local-jobs.ts'
import { OpenChanges, type LocalChange } from './open-changes.ts'
import { JobResolver } from './resolve-job.ts'
import type { ActionHost, ResolvedJob } from './resolved-job.ts'
import { NameTable } from '@s3sched/jobs'

const host: ActionHost = {
  shape: '(context)',
  call: () => undefined,
  isolated: { call: () => undefined, settleMs: 0 } as never,
  around: new AttemptWrappers(),
}
const resolver = new JobResolver({ timezone: 'UTC', defaultRetries: 0, defaultTimeout: 0 }, host)
const action = (name: string): (() => string) => Object.defineProperty(() => name, 'name', { value: name })
const job = (name: string): ResolvedJob =>
  resolver.resolve('job', { schedule: null, action: action(name) }, new AlikeDefinitions())
const acting =
  (name: string): LocalChange =>
  (before) =>
    before?.changedBy({ action: action(name) })
const tagged: LocalChange = (before) => before?.changedBy({ tags: ['tagged'] })

let jobs: LocalJobs
let changes: OpenChanges
beforeEach(() => {
  jobs = new LocalJobs(new NameTable(), host)
  jobs.set(job('a'))
  changes = new OpenChanges(jobs)
})

const held = (): unknown => {
  const { definition } = jobs.get('job') ?? {}
  return definition && [(definition.action as () => void).name, definition.tags]
}

it('a change holds at once, and is gone when it fails', () => {
  const change = changes.begin('job', acting('b'))
  expect(held()).toEqual(['b', undefined])
  change.undo()
  expect(held()).toEqual(['a', undefined])
})

it('the order of the changes counts, and not that of the answers', () => {
  const [first, second] = [changes.begin('job', acting('b')), changes.begin('job', acting('c'))]
  second.keep()
  first.keep()
  expect(held()).toEqual(['c', undefined])
  changes.begin('job', tagged).undo()
  expect(held()).toEqual(['c', undefined])
})

it.each([
  ['first', 'second'],
  ['second', 'first'],
])('of two changes the %s fails before the %s, and nothing is left', (...order) => {
  const asked = { first: changes.begin('job', acting('b')), second: changes.begin('job', tagged) }
  for (const each of order) asked[each as 'first'].undo()
  expect(held()).toEqual(['a', undefined])
})

it('a kept change stays where an earlier one fails later', () => {
  const [first, second] = [changes.begin('job', acting('b')), changes.begin('job', tagged)]
  second.keep()
  expect(held()).toEqual(['b', ['tagged']])
  first.undo()
  expect(held()).toEqual(['a', ['tagged']])
})

it('a removed job comes back, and an added job goes', () => {
  const [removal, addition] = [changes.begin('job', () => undefined), changes.begin('job', () => job('new'))]
  expect(held()).toEqual(['new', undefined])
  removal.undo()
  expect(held()).toEqual(['new', undefined])
  addition.undo()
  expect(held()).toEqual(['a', undefined])
  const gone = changes.begin('job', () => undefined)
  changes.begin('job', acting('late')).undo()
  gone.keep()
  expect(held()).toBeUndefined()
})
