import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import { onRejection } from './on-rejection.ts'
import { settle } from './testing/index.ts'

it.each([
  ['a promise', (): unknown => Promise.reject('late')],
  // No instance of this realm's Promise.
  ['a promise of another realm', (): unknown => runInNewContext("Promise.reject('late')")],
])('reports what %s rejects with', async (_, make) => {
  const report = vi.fn<(error: unknown) => void>()
  onRejection(make(), report)
  await settle()
  expect(report.mock.calls).toEqual([['late']])
})

it.each([undefined, null, 5, 'then', {}, Promise.resolve(1)])('says nothing of %o', async (returned) => {
  const report = vi.fn<(error: unknown) => void>()
  onRejection(returned, report)
  await settle()
  expect(report).not.toHaveBeenCalled()
})
