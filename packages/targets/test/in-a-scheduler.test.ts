import { silentLogger } from '@s3sched/kernel'
import { createScheduler, SchedulerPlugin } from '@s3sched/plugin'
import { afterEach, describe, expect, it } from 'vitest'
import { bullmq, type BullMqQueue } from '../src/bullmq/index.ts'

/** A queue whose jobs end at once. */
function queueOf(state: 'completed' | 'failed'): BullMqQueue {
  const job = {
    returnvalue: { sent: 42 },
    failedReason: 'there is no such customer',
    getState: async () => state,
    remove: async () => undefined,
  }
  return { name: 'emails', add: async () => job, getJob: async () => job }
}

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function jobsOf(state: 'completed' | 'failed') {
  return { emails: { schedule: null, retries: 3, action: bullmq(queueOf(state)) } } as const
}

describe('the history', () => {
  it('has the result of the work, without a database', async () => {
    const scheduler = createScheduler({ store: 'memory://targets-a', skipColdStart: true, jobs: jobsOf('completed') })
    stops.push(() => scheduler.stop())
    await scheduler.start()
    expect(await scheduler.runJob('emails')).toEqual({ sent: 42 })
    expect(await scheduler.getJobHistory('emails')).toMatchObject([{ status: 'success', result: { sent: 42 } }])
  })

  it('has the result of the work, with a database', async () => {
    const scheduler = new SchedulerPlugin({
      store: 'memory://targets-b',
      skipColdStart: true,
      jobs: jobsOf('completed'),
    })
    stops.push(() => scheduler.stop())
    await scheduler.start()
    expect(await scheduler.runJob('emails')).toEqual({ sent: 42 })
    expect(await scheduler.getJobHistory('emails')).toMatchObject([{ status: 'success', result: { sent: 42 } }])
  })

  it('has the failure of the work, and no second attempt', async () => {
    const options = { store: 'memory://targets-c', skipColdStart: true, logger: silentLogger }
    const scheduler = createScheduler({ ...options, jobs: jobsOf('failed') })
    stops.push(() => scheduler.stop())
    await scheduler.start()
    await expect(scheduler.runJob('emails')).rejects.toThrow('there is no such customer')
    expect(await scheduler.getJobHistory('emails')).toMatchObject([
      { status: 'failed', attempts: 1, error: expect.stringContaining('there is no such customer') as string },
    ])
  })
})
