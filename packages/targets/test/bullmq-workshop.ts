import { Queue, Worker } from 'bullmq'
import { bullmq } from '../src/bullmq/index.ts'
import type { TargetMessage } from '../src/index.ts'
import type { Workshop } from './target-contract.ts'

/** A queue whose jobs the tests take and end by hand. */
export async function openBullMq(url: string, queue: string): Promise<Workshop> {
  const connection = { url, maxRetriesPerRequest: null }
  const client = new Queue(queue, { connection })
  const worker = new Worker(queue, null, { connection, autorun: false })
  await Promise.all([client.waitUntilReady(), worker.waitUntilReady()])
  const take = async (key: string) => {
    for (;;) {
      const job = await worker.getNextJob(key, { block: false })
      if (job === undefined || job.id === key) return job
    }
  }
  return {
    action: (options) => bullmq(queue, { connection: url, pollMs: 50, ...options }),
    works: async (key) => {
      const jobs = await client.getJobs(['waiting', 'active', 'completed', 'failed', 'delayed'])
      return jobs.map(({ data }) => data as TargetMessage).filter(({ idempotencyKey }) => idempotencyKey === key)
    },
    finish: async (key, result) => (await take(key))?.moveToCompleted(result, key, false),
    fail: async (key, reason) => (await take(key))?.moveToFailed(new Error(reason), key, false),
    isCancelled: async (key) => (await client.getJob(key)) === undefined,
    unreachable: () => bullmq(queue, { connection: { host: '127.0.0.1', port: 1 } }),
    close: async () => {
      await worker.close()
      await client.close()
    },
  }
}
