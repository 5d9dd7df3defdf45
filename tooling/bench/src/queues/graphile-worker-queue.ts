import { Logger, makeWorkerUtils, run, type Runner } from 'graphile-worker'
import { countTo, type Queue } from './queue.ts'

const POLL_MS = 20

/** Without schedules: the crontab of graphile-worker is part of its configuration, and not stored. */
export async function graphileWorkerQueue(connectionString: string): Promise<Queue> {
  const logger = new Logger(() => () => undefined)
  const queue = await makeWorkerUtils({ connectionString, logger })
  await queue.migrate()
  const waiting = new Map<string, () => void>()
  const runners: Runner[] = []
  const work = async (concurrency: number, action: (payload: unknown) => void): Promise<void> => {
    runners.push(
      await run({
        connectionString,
        concurrency,
        noHandleSignals: true,
        logger,
        preset: {
          worker: {
            connectionString,
            pollInterval: POLL_MS,
            concurrentJobs: concurrency,
            localQueue: { size: 10 * concurrency },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
        taskList: { tick: async (payload) => action(payload) },
      }),
    )
  }
  return {
    fill: (count) =>
      queue.addJobs(Array.from({ length: count }, (_, task) => ({ identifier: 'tick', payload: { task } }))),
    drain: async (count, concurrency) => {
      const { call, reached } = countTo(count)
      await work(concurrency, call)
      await reached
    },
    open: (concurrency) => work(concurrency, (payload) => waiting.get((payload as { readonly id: string }).id)?.()),
    ask: async () => {
      const id = crypto.randomUUID()
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve))
      await queue.addJob('tick', { id })
      await ended
      waiting.delete(id)
    },
    close: async () => {
      for (const runner of runners) await runner.stop()
      await queue.release()
    },
  }
}
