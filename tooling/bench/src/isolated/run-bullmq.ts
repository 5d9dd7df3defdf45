import { fileURLToPath } from 'node:url'
import { Queue, QueueEvents, Worker } from 'bullmq'
import action from './action.mjs'
import { ACTION, type Began, type Runner } from './runner.ts'

/** A worker of BullMQ with a function, or with a sandboxed processor in a thread or a process. */
export async function runBullmq(
  kind: 'in process' | 'thread' | 'process',
  redis: string,
  concurrency: number,
): Promise<Runner> {
  const connection = { url: redis, maxRetriesPerRequest: null }
  const name = `isolated-${kind.replace(' ', '-')}`
  const queue = new Queue(name, { connection })
  const events = new QueueEvents(name, { connection })
  const processor = kind === 'in process' ? () => Promise.resolve(action()) : fileURLToPath(ACTION)
  const worker = new Worker(name, processor, {
    connection,
    concurrency,
    useWorkerThreads: kind === 'thread',
    // BullMQ hands the flags of the process on, and a thread refuses some of them.
    workerThreadsOptions: { execArgv: [] },
  })
  worker.on('error', (error: Error) => console.error(error.message))
  await Promise.all([worker.waitUntilReady(), events.waitUntilReady()])
  return {
    run: async (index) => {
      const job = await queue.add('run', { index }, { removeOnComplete: { count: 1000 } })
      return (await job.waitUntilFinished(events)) as Began
    },
    stop: async () => {
      await worker.close()
      await events.close()
      await queue.close()
    },
  }
}
