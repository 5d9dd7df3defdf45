import { PgBoss } from 'pg-boss'
import { AT_ONCE, countTo, inLanes, YEARLY, type Queue } from './queue.ts'

/** The least value that pg-boss accepts; a NOTIFY wakes a worker before. */
const POLL_SECONDS = 0.5

export async function pgBossQueue(connectionString: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString, useListenNotify: true })
  boss.on('error', (error: Error) => console.error(error.message))
  await boss.start()
  const queue = `work-${process.pid}`
  await boss.createQueue(queue, { notify: true })
  const waiting = new Map<string, () => void>()
  const work = (concurrency: number, action: (id: string) => void): Promise<unknown> =>
    boss.work(
      queue,
      { batchSize: concurrency, localConcurrency: 2, pollingIntervalSeconds: POLL_SECONDS, burstWhenBatchFull: true },
      async (jobs) => jobs.forEach(({ id }) => action(id)),
    )
  return {
    define: (jobs) => inLanes(jobs, AT_ONCE, (_, job) => boss.schedule(queue, YEARLY, { job }, { key: `job-${job}` })),
    fill: (count) =>
      boss.insert(
        queue,
        Array.from({ length: count }, (_, task) => ({ data: { task } })),
      ),
    drain: async (count, concurrency) => {
      const { call, reached } = countTo(count)
      await work(concurrency, call)
      await reached
    },
    open: (concurrency) => work(concurrency, (id) => waiting.get(id)?.()),
    ask: async () => {
      const id = crypto.randomUUID()
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve))
      await boss.send(queue, {}, { id })
      await ended
      waiting.delete(id)
    },
    close: () => boss.stop(),
  }
}
