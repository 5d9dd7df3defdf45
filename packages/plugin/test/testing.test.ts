import { afterEach, describe, expect, it } from 'vitest'
import { createTestPlugin, type TestPlugin } from '../src/testing/index.ts'
import type { Job } from '../src/index.ts'

const MINUTE = 60_000

describe('createTestPlugin', () => {
  let made: TestPlugin<unknown>
  afterEach(() => made.stop())

  it('runs a job at its next tick, at whatever distance, with the tick as its time', async () => {
    const times: string[] = []
    const job = (schedule: string): Job<unknown> => ({
      schedule,
      action: (_, { scheduledTime }) => void times.push(scheduledTime.toISOString()),
    })
    made = await createTestPlugin<unknown>({ jobs: { daily: job('0 8 * * *'), yearly: job('0 0 29 2 *') } })
    expect(await made.tick('daily')).toMatchObject({ jobName: 'daily', status: 'success' })
    await made.tick('daily')
    await made.tick('yearly')
    expect(times.filter((time) => time.includes('T08'))).toEqual(
      expect.arrayContaining(['2026-01-01T08:00:00.000Z', '2026-01-02T08:00:00.000Z']),
    )
    expect(times).toContain('2028-02-29T00:00:00.000Z')
    expect(new Date(made.clock.now()).toISOString()).toBe('2028-02-29T00:00:00.000Z')
  })

  it('waits for retries, for real work, and for jitter', async () => {
    const attempts: number[] = []
    made = await createTestPlugin<unknown>({
      startAt: new Date('2026-03-01T00:00:00Z'),
      jobs: {
        flaky: {
          schedule: '@hourly',
          retries: 2,
          backoff: [10 * MINUTE],
          jitterMs: 5 * MINUTE,
          action: async (_, { attempt }) => {
            await new Promise((resolve) => setImmediate(resolve))
            attempts.push(attempt)
            if (attempt < 3) throw new Error('not yet')
            return 'in the end'
          },
        },
      },
    })
    const run = await made.tick('flaky')
    expect(attempts).toEqual([1, 2, 3])
    expect(run).toMatchObject({ status: 'success', attempts: 3, result: 'in the end' })
    expect(run.scheduledTime).toEqual(new Date('2026-03-01T01:00:00Z'))
  })

  it('shows failures and skipped ticks as they stand in the history', async () => {
    made = await createTestPlugin<unknown>({
      jobs: {
        bad: { schedule: '@hourly', action: () => Promise.reject(new Error('bad')) },
        long: { schedule: '* * * * *', action: (_, { signal }) => made.clock.sleep(90_000, signal) },
      },
    })
    expect(await made.tick('bad')).toMatchObject({ status: 'failed', error: 'bad' })
    await made.advance(MINUTE)
    expect(await made.scheduler.getJobHistory('long', { status: 'skipped' })).not.toEqual([])
  })

  it('waits for the runs of an application that keeps no history', async () => {
    const jobs = {
      good: { schedule: '@hourly', action: () => 7 },
      bad: { schedule: '@hourly', retries: 1, backoff: [MINUTE], action: () => Promise.reject(new Error('bad')) },
    }
    const options = { persistJobs: false, jobs }
    made = await createTestPlugin<unknown>(options)
    expect(await made.tick('good')).toMatchObject({ status: 'success', result: 7, attempts: 1, jobName: 'good' })
    const failed = { status: 'failed', error: 'bad', attempts: 2, retryCount: 1, attemptDetails: [{}, {}] }
    expect(await made.tick('bad')).toMatchObject(failed)
  })

  it('is stopped at the end of a test that fails', async () => {
    let left: TestPlugin<unknown> | undefined
    const failing = async (): Promise<void> => {
      await using kit = await createTestPlugin<unknown>({ jobs: {} })
      left = kit
      throw new Error('expected 1 to be 2')
    }
    await expect(failing()).rejects.toThrow('expected 1 to be 2')
    expect(left?.scheduler.getHealth().state).toBe('stopped')
  })

  it('gives the database to the actions', async () => {
    const database = { rows: 3 }
    made = await createTestPlugin<unknown>({
      database,
      jobs: { count: { schedule: '@daily', action: (db) => (db as typeof database).rows } },
    })
    expect((await made.tick('count')).result).toBe(3)
  })

  it('names itself where a replacement of the world is wrong', async () => {
    await expect(createTestPlugin({ startAt: 'soon' as never })).rejects.toThrow(
      /^createTestPlugin: expected startAt to be epoch ms or a valid Date/,
    )
  })

  it('says which jobs it can move to', async () => {
    made = await createTestPlugin<unknown>({ jobs: { byHand: { schedule: null, action: () => 1 } } })
    await expect(made.tick('nope')).rejects.toThrow("Job 'nope' not found")
    await expect(made.tick('byHand')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      suggestion: expect.stringMatching(/runJob/) as string,
    })
  })
})
