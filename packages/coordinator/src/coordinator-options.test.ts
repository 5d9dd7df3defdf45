import { createMemoryStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { createCoordinator } from './index.ts'

const create = (options: object): unknown => createCoordinator(createMemoryStore(), options)

describe('the options of a coordinator', () => {
  it.each([
    [{ heartbeatInterval: 499 }, /heartbeatInterval to be an integer >= 500 and <= 86400000, got 499/],
    [{ ttlMs: 60_000 }, /ttlMs to be at least three times heartbeatInterval \(90000\), got 60000/],
    [{ coldStartObservationWindow: -1 }, /coldStartObservationWindow to be an integer >= 0/],
    [{ memberRefreshInterval: 1000 }, /memberRefreshInterval to be at least heartbeatInterval \(30000\)/],
    [{ workerId: '' }, /workerId to be a string of 1 to 128 of/],
    [{ workerId: '..' }, /workerId to be a string/],
    [{ workerId: 'x'.repeat(129) }, /workerId to be a string/],
    [{ group: 'a/b' }, /group to be a string/],
    [{ heartbeatIntervall: 1000 }, /unknown option 'heartbeatIntervall'. Did you mean 'heartbeatInterval'/],
    [{ payload: {} }, /payload to be a function/],
  ])('refuse %j', (options, message) => {
    expect(() => create(options)).toThrow(message)
  })

  it('are refused together, by name', () => {
    expect(() => create({ heartbeatInterval: 1, group: '', coldStartObservationWindow: -5 })).toThrow(
      /heartbeatInterval.*group|group.*heartbeatInterval/,
    )
  })

  it('make a worker id that tells host and process', () => {
    const { workerId } = createCoordinator(createMemoryStore())
    expect(workerId).toMatch(new RegExp(`-${process.pid}-[\\w.-]{8}$`))
  })
})
