import { Queue as BullQueue, QueueEvents, Worker } from 'bullmq'
import { AT_ONCE, countTo, inLanes, YEARLY, type Queue } from './queue.ts'

export function bullmqQueue(url: string): Queue {
  const name = `work-${process.pid}`
  const connection = { url, maxRetriesPerRequest: null }
  const queue = new BullQueue(name, { connection })
  queue.setMaxListeners(0)
  const events = new QueueEvents(name, { connection })
  const workers: Worker[] = []
  const work = async (concurrency: number, action: () => void): Promise<void> => {
    const worker = new Worker(name, async () => action(), { connection, concurrency })
    workers.push(worker)
    await worker.waitUntilReady()
  }
  return {
    define: (jobs) =>
      inLanes(jobs, AT_ONCE, (_, job) =>
        queue.upsertJobScheduler(`job-${job}`, { pattern: YEARLY, tz: 'UTC' }, { name: 'tick', data: { job } }),
      ),
    fill: (count) =>
      queue.addBulk(
        Array.from({ length: count }, (_, task) => ({
          name: 'tick',
          data: { task },
          opts: { removeOnComplete: true },
        })),
      ),
    drain: async (count, concurrency) => {
      const { call, reached } = countTo(count)
      await work(concurrency, call)
      await reached
    },
    open: async (concurrency) => {
      await events.waitUntilReady()
      await work(concurrency, () => undefined)
    },
    ask: async () => (await queue.add('tick', {})).waitUntilFinished(events),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()))
      await events.close()
      await queue.close()
    },
  }
}
