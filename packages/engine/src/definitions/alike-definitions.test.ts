import { expect, it } from 'vitest'
import type { AnyJobDefinition } from '@s3sched/jobs'
import { AlikeDefinitions } from './alike-definitions.ts'
import { AttemptWrappers } from './around-attempt.ts'
import { JobResolver } from './resolve-job.ts'
import type { ActionHost, ResolvedJob } from './resolved-job.ts'

const host: ActionHost = {
  shape: '',
  call: () => undefined,
  around: new AttemptWrappers(),
  isolated: { settleMs: 0, call: () => Promise.resolve() },
}
const resolver = new JobResolver({ timezone: 'UTC', defaultRetries: 0, defaultTimeout: 1000 }, host)
const daily: AnyJobDefinition = { schedule: '0 4 * * *', retries: 2, action: () => 1 }

function resolveBoth(first: AnyJobDefinition, second: AnyJobDefinition): readonly [ResolvedJob, ResolvedJob] {
  const alike = new AlikeDefinitions()
  return [resolver.resolve('first', first, alike), resolver.resolve('second', second, alike)]
}

it('checks one of the definitions that differ in the action alone, and each job keeps its action', () => {
  const other = { ...daily, action: () => 2 }
  const [first, second] = resolveBoth(daily, other)
  expect(second.checked).toBe(first.checked)
  expect([first.definition, second.definition]).toEqual([daily, other])
})

it.each<[string, AnyJobDefinition, AnyJobDefinition]>([
  ['another field', daily, { ...daily, timeout: 5 }],
  ['another value', daily, { ...daily, retries: 3 }],
  ['a value of another type', { ...daily, tags: undefined as never }, { ...daily, description: 'undefined' }],
  [
    'a text that looks like further fields',
    { ...daily, description: 'a', group: 'b' },
    { ...daily, description: 'a",group:"b' },
  ],
])('checks a definition with %s by itself', (_, one, other) => {
  const [first, second] = resolveBoth(one, other)
  expect(second.checked).not.toBe(first.checked)
  expect(second.definition).toEqual(other)
})

it('checks a definition with an object by itself, which the application may change later', () => {
  const context = { region: 'eu' }
  const [first, second] = resolveBoth({ ...daily, context }, { ...daily, context })
  expect(second.checked).not.toBe(first.checked)
})

it('spreads the ticks of alike jobs by their names', () => {
  const spread: AnyJobDefinition = { ...daily, schedule: 'H H * * *' }
  const [first, second] = resolveBoth(spread, spread)
  expect(first.schedule?.next(0)).not.toBe(second.schedule?.next(0))
})

it('refuses what is wrong with an alike job alone: its name, its action, and itself as its predecessor', () => {
  const alike = new AlikeDefinitions()
  const after: AnyJobDefinition = { schedule: null, after: 'second', action: () => 1 }
  resolver.resolve('first', daily, alike)
  resolver.resolve('first', after, alike)
  expect(() => resolver.resolve('', daily, alike)).toThrow('job name')
  expect(() => resolver.resolve('second', { ...daily, *action() {} }, alike)).toThrow('generator')
  expect(() => resolver.resolve('second', after, alike)).toThrow("can't come after itself")
})

it('takes no definition of a class for one that looks like it', () => {
  class Nightly {
    schedule = '0 4 * * *'
    retries = 2
    action = () => 1
    get timezone() {
      return 'Europe/Berlin'
    }
  }
  const [, second] = resolveBoth(daily, new Nightly())
  expect(second.spec.timezone).toBe('Europe/Berlin')
})
