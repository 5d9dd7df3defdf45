import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { send } from './deliver.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' })

it.each([
  ['the reason of fetch', new TypeError('fetch failed', { cause: refused }), 'connect ECONNREFUSED 127.0.0.1:9'],
  [
    'the code where several addresses were tried',
    new TypeError('fetch failed', { cause: Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' }) }),
    'ECONNREFUSED',
  ],
  ['any other error as it is', new TypeError('Invalid URL'), 'Invalid URL'],
])('names %s', async (_, thrown, message) => {
  const deps = { clock: createManualClock(), post: () => Promise.reject(thrown) }
  const { signal } = new AbortController()
  await expect(send(deps, 'http://127.0.0.1:9/', { method: 'GET' }, signal)).rejects.toThrow(message)
})
