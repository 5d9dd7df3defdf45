import { expect, it } from 'vitest'
import { didYouMean, nameAdvice } from './did-you-mean.ts'

const candidates = ['heartbeatInterval', 'historyRetention', 'jobs', 'ttlMs']

it.each([
  ['hearbeatInterval', 'heartbeatInterval'],
  ['HEARTBEATINTERVAL', 'heartbeatInterval'],
  ['job', 'jobs'],
  ['jbos', 'jobs'],
  ['ttlms', 'ttlMs'],
  ['ttl', 'ttlMs'],
  ['ttlSeconds', 'ttlMs'],
  ['historyRetentionMs', 'historyRetention'],
])('takes %s for %s', (word, meant) => {
  expect(didYouMean(word, candidates)).toBe(meant)
})

it.each(['zebra', '', 'x', 'm'.repeat(100)])('takes %j for nothing that it knows', (word) => {
  expect(didYouMean(word, candidates)).toBeUndefined()
})

it('has nothing to offer without candidates', () => {
  expect(didYouMean('jobs', [])).toBeUndefined()
})

it('advises on an unknown name: the likely one, else all, else what the caller says', () => {
  expect(nameAdvice('job', candidates)).toBe("Did you mean 'jobs'?")
  expect(nameAdvice('zebra', ['a', 'b'])).toBe('Known are a, b')
  expect(nameAdvice('zebra', ['a', 'b'], 'Define it first')).toBe('Define it first')
  expect(nameAdvice(undefined, ['a', 'b'])).toBe('Known are a, b')
})
