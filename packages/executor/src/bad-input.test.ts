import { expect, it } from 'vitest'
import { createRig } from '../test/rig.ts'
import { createIsolation } from './isolated/index.ts'
import { CancelledError, createExecutor, resolvePolicy, type RunPolicy, type Task } from './index.ts'

it.each<[string, object, RegExp]>([
  ['too many retries', { retries: 101 }, /expected retries to be an integer >= 0 and <= 100, got 101/],
  ['half a retry', { retries: 0.5 }, /expected retries to be an integer/],
  ['a negative delay', { notBeforeMs: -1 }, /expected notBeforeMs to be a number >= 0.*got -1/],
  ['a timeout that is no number', { timeoutMs: Number.NaN }, /expected timeoutMs to be a number >= 1.*got NaN/],
  ['a timeout of zero', { timeoutMs: 0 }, /expected timeoutMs to be a number >= 1/],
  ['two timeouts', { timeoutMs: 5, timeout: 6 }, /expected one of timeoutMs and timeout, got 5 and 6/],
  ['an endless deadline', { deadlineMs: Infinity }, /expected deadlineMs/],
  ['an unknown overlap', { overlap: 'maybe' }, /expected overlap to be one of 'skip', 'queue', 'allow', 'cancel'/],
  ['an unknown backoff', { backoff: 'expo' }, /expected type to be one of 'exponential'/],
  ['a misspelt option', { retrys: 3 }, /unknown option 'retrys'. Did you mean 'retries'\?/],
  ['a signal that is none', { signal: {} }, /expected signal to be an AbortSignal/],
  ['no policy', null as never, /expected the options to be an object, got null/],
])('refuses %s by name, at once and not by the promise', (_, policy, message) => {
  const { executor } = createRig()
  expect(() => executor.run(() => 1, policy as RunPolicy)).toThrow(message)
  expect(() => resolvePolicy(policy as RunPolicy)).toThrow(message)
})

it.each<[unknown, RegExp]>([
  [undefined, /expected a task or a function, got undefined/],
  [{ action: () => 1 }, /expected key to be a string of 1 to 256 characters, got undefined/],
  [
    { key: 'a', action: () => 1, retries: 3 },
    /the task "a": unknown field 'retries'. Options of the run, such as retries, are the second argument of run/,
  ],
  [{ key: 'a', action: () => 1, field: {} }, /unknown field 'field'. Did you mean 'fields'\?/],
  [{ key: '', action: () => 1 }, /expected key to be/],
  [{ key: 'a', runId: '', action: () => 1 }, /expected runId to be/],
  [{ key: 'a' }, /expected the action of "a" to be a function, got undefined/],
  [{ key: 'a', action: () => 1, fields: 'x' }, /expected the fields of "a" to be an object, got "x"/],
])('refuses the task %j by name', (task, message) => {
  const { executor } = createRig()
  expect(() => executor.run(task as Task)).toThrow(message)
})

it.each<[object, RegExp]>([
  [{ maxConcurrent: 0 }, /expected maxConcurrent to be an integer >= 1/],
  [{ blockedLoopWarningMs: 5 }, /expected blockedLoopWarningMs to be a number >= 10/],
  [{ graceMs: -1 }, /expected graceMs/],
])('refuses the options %j by name', (options, message) => {
  expect(() => createExecutor({}, options)).toThrow(message)
})

it('takes timeout for timeoutMs', () => {
  expect(resolvePolicy({ timeout: 500 })).toMatchObject({ timeoutMs: 500 })
})

it('says where options belong', () => {
  expect(() => createExecutor({ maxConcurrent: 5 } as never)).toThrow(
    "createExecutor: 'maxConcurrent' is an option, and options are the second argument. Write createExecutor({}, { maxConcurrent: … })",
  )
  expect(() => createIsolation({ graceMs: 5 } as never)).toThrow('Write createIsolation({}, { graceMs: … })')
})

it('refuses a cancellation for an unknown reason by name', () => {
  expect(() => new CancelledError('canceled' as never)).toThrow(
    `expected the reason of a cancellation, got "canceled". Did you mean 'cancelled'?`,
  )
  expect(() => new CancelledError(undefined as never)).toThrow(
    'expected the reason of a cancellation, got undefined. Known are timeout, cancelled, stopped, lease-lost, superseded',
  )
})
