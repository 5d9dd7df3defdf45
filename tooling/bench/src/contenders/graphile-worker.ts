import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { jobsOf, type Begin } from './contender.ts'
import { queueTicks } from './queue-ticks.ts'

/** Jobs with a future start wait in the table until a poll; the default interval is 2 s. */
const POLL_MS = 20

/**
 * The crontab of graphile-worker is by the minute, so each tick is a job with a start time, queued 2.5 s before by a
 * key. One poll fetches jobs for all workers of the process (`localQueue`), which makes so frequent polls affordable.
 */
export function graphileWorker(connectionString: string): Begin {
  return async (work) => {
    const logger = new Logger(() => () => undefined)
    const queue = await makeWorkerUtils({ connectionString, logger })
    await queue.migrate()
    const runner = await run({
      connectionString,
      concurrency: work.concurrency,
      noHandleSignals: true,
      logger,
      preset: {
        worker: {
          connectionString,
          pollInterval: POLL_MS,
          concurrentJobs: work.concurrency,
          localQueue: { size: work.concurrency },
        },
      },
      taskList: {
        tick: async (payload) => {
          const { job, tick } = payload as { readonly job: number; readonly tick: number }
          await work.action(job, tick)
        },
      },
    })
    const stop = queueTicks('ahead', (tick) =>
      queue.addJobs(
        jobsOf(work).map((job) => ({
          identifier: 'tick',
          payload: { job, tick },
          runAt: new Date(tick),
          jobKey: `${job} ${tick}`,
          maxAttempts: 2,
        })),
      ),
    )
    return async () => {
      await stop()
      await runner.stop()
      await queue.release()
    }
  }
}
