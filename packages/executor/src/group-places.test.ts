import { createManualClock, settle, type ManualClock } from '@s3sched/kernel/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createExecutor, type Executor, type RunPolicy } from './index.ts'

let clock: ManualClock
let executor: Executor
let begun: string[]
beforeEach(() => {
  clock = createManualClock()
  executor = createExecutor({ clock }, { maxConcurrent: 3 })
  begun = []
})

/** A run of a second. */
const run = (key: string, policy: RunPolicy = {}) =>
  executor.run(
    {
      key,
      action: async ({ signal }) => {
        begun.push(key)
        await clock.sleep(1000, signal)
      },
    },
    policy,
  )

describe('a concurrency group', () => {
  it('has at most so many actions at a time, and its waiting runs keep no slot from others', async () => {
    const database = { group: 'database', groupLimit: 2 }
    const runs = ['a', 'b', 'c', 'd'].map((key) => run(key, database))
    await settle()
    expect(begun).toEqual(['a', 'b'])
    expect(executor.slots()).toEqual({
      max: 3,
      taken: 2,
      waiting: 0,
      longestWaitMs: 0,
      abandoned: 0,
      groups: { database: { limit: 2, taken: 2, waiting: 2 } },
    })
    expect(executor.queued).toBe(2)
    runs.push(run('other'))
    await settle()
    expect(begun).toEqual(['a', 'b', 'other'])
    await clock.advance(1000)
    expect(begun).toEqual(['a', 'b', 'other', 'c', 'd'])
    await clock.advance(1000)
    expect((await Promise.all(runs)).map(({ queuedMs, status }) => `${status} ${queuedMs}`)).toEqual([
      'success 0',
      'success 0',
      'success 1000',
      'success 1000',
      'success 0',
    ])
    expect(executor.slots()).not.toHaveProperty('groups')
  })

  it('gives its places to the highest priority first', async () => {
    const runs = [run('first', { group: 'g' }), run('low', { group: 'g' }), run('high', { group: 'g', priority: 5 })]
    await clock.advance(3000)
    await Promise.all(runs)
    expect(begun).toEqual(['first', 'high', 'low'])
  })

  it('is left between two attempts, and by a run that is told to end while it waits', async () => {
    let failures = 0
    const failing = executor.run(
      {
        key: 'failing',
        action: () => {
          begun.push('failing')
          if (++failures === 1) throw new Error('on purpose')
        },
      },
      { group: 'g', retries: 1, backoff: [5000] },
    )
    const next = run('next', { group: 'g' })
    const told = new AbortController()
    const ended = run('told', { group: 'g', signal: told.signal })
    await clock.advance(500)
    told.abort()
    expect(await ended).toMatchObject({ status: 'cancelled', attempts: [] })
    await clock.advance(6000)
    expect(await next).toMatchObject({ status: 'success' })
    expect(await failing).toMatchObject({ status: 'success' })
    expect(begun).toEqual(['failing', 'next', 'failing'])
  })

  it('follows a new limit: waiting runs begin, or executing ones go on', async () => {
    const runs = [run('a', { group: 'g' }), run('b', { group: 'g' }), run('c', { group: 'g', groupLimit: 3 })]
    await settle()
    expect(begun.toSorted()).toEqual(['a', 'b', 'c'])
    runs.push(run('d', { group: 'g', groupLimit: 1 }))
    await clock.advance(999)
    expect(begun).toHaveLength(3)
    await clock.advance(1001)
    await Promise.all(runs)
    expect(begun[3]).toBe('d')
  })
})

describe('a deadline', () => {
  it('counts the wait for the group, and ends a run that never began', async () => {
    const first = run('first', { group: 'g' })
    const late = run('late', { group: 'g', deadlineMs: 400 })
    await clock.advance(1000)
    expect(await late).toMatchObject({ status: 'timeout', attempts: [], error: { message: /by its deadline/ } })
    expect(await first).toMatchObject({ status: 'success' })
    expect(begun).toEqual(['first'])
  })

  it('of 0 lets no action begin', async () => {
    expect(await run('late', { deadlineMs: 0 })).toMatchObject({ status: 'timeout', attempts: [] })
    expect(begun).toEqual([])
  })
})
