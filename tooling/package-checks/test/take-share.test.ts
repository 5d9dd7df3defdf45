import { expect, it } from 'vitest'
import { takeShare } from '@s3sched-tooling/vitest/share-of'

it('a list of another length than that in shares.json is refused, since CI would leave cases out', () => {
  expect(() => takeShare('databases', ['21'])).toThrow('expected 2 databases, as in shares.json, got 1')
  expect(takeShare('databases', ['21', '19'])[0]).toBe('21')
})
