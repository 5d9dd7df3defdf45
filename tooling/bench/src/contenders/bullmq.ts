import { Queue, Worker } from 'bullmq'
import { EVERY_SECOND, jobsOf, type Begin } from './contender.ts'

/** Short, so a living worker soon finds a dead worker's jobs; the defaults are 30 s. */
const LOCK_MS = 5000
const STALLED_CHECK_MS = 1000

/** A job scheduler per job: each job puts the next job into the queue when it begins. Every process has a worker. */
export function bullmq(url: string): Begin {
  return async (work) => {
    const connection = { url, maxRetriesPerRequest: null }
    const queue = new Queue('bench', { connection })
    const worker = new Worker('bench', async ({ data, id }) => work.action((data as { job: number }).job, tickOf(id)), {
      connection,
      concurrency: work.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      removeOnComplete: { count: 0 },
    })
    worker.on('error', (error: Error) => console.error(error.message))
    await worker.waitUntilReady()
    for (const job of jobsOf(work)) {
      // BullMQ refuses to add a scheduler again whose next job has begun.
      if ((await queue.getJobScheduler(`job-${job}`)) !== undefined) continue
      const template = { name: 'tick', data: { job } }
      await queue.upsertJobScheduler(`job-${job}`, { pattern: EVERY_SECOND, tz: 'UTC' }, template)
    }
    return async () => {
      await worker.close()
      await queue.close()
    }
  }
}

/** A scheduler's jobs are called `repeat:<scheduler>:<epoch ms>`. */
function tickOf(id: string | undefined): number {
  return Number(id?.split(':').at(-1))
}
