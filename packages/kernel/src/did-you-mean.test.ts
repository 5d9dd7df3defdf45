import { expect, it } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

const candidates = ['heartbeatInterval', 'historyRetention', 'jobs', 'ttlMs']

it.each([
  ['hearbeatInterval', 'heartbeatInterval'],
  ['HEARTBEATINTERVAL', 'heartbeatInterval'],
  ['job', 'jobs'],
  ['jbos', 'jobs'],
  ['ttlms', 'ttlMs'],
])('takes %s for %s', (word, meant) => {
  expect(didYouMean(word, candidates)).toBe(meant)
})

it.each(['zebra', '', 'x', 'm'.repeat(100)])('takes %j for nothing that it knows', (word) => {
  expect(didYouMean(word, candidates)).toBeUndefined()
})

it('has nothing to offer without candidates', () => {
  expect(didYouMean('jobs', [])).toBeUndefined()
})
