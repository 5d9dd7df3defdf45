import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { thrownBy } from './thrown-by.ts'

it('leaves an error as it is, also an error of another realm', () => {
  const here = new RangeError('near')
  const elsewhere: unknown = runInNewContext('new RangeError("far")')
  expect(thrownBy('job', here)).toBe(here)
  expect(thrownBy('job', elsewhere)).toBe(elsewhere)
})

it('makes an error of any other value, which is the cause', () => {
  const expected = {
    code: 'JOB_FAILED',
    cause: 'no',
    message: `Job 'job' failed: it threw "no"`,
    context: { jobName: 'job' },
  }
  expect(thrownBy('job', 'no')).toMatchObject(expected)
})

it('makes an error of a revoked proxy, which tells nothing of itself', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(thrownBy('job', proxy)).toMatchObject({ message: `Job 'job' failed: it threw an unreadable value` })
})
