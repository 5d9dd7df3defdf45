import { createHash } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import { jobsOf, type Begin } from './contender.ts'
import { queueTicks } from './queue-ticks.ts'

/** The least value that pg-boss accepts. */
const POLL_SECONDS = 0.5
const HEARTBEAT_SECONDS = 10

/**
 * Schedules of pg-boss send at most one job a minute, so each tick is a job under an id derived from the tick.
 *
 * @param queuedAt - `ahead`: queued 2.5 s before with a start time, which a poll every half second finds; `tick`:
 * queued by a timer of each process on the tick, and told to the workers by NOTIFY
 */
export function pgBoss(connectionString: string, queuedAt: 'ahead' | 'tick'): Begin {
  return async (work) => {
    const boss = new PgBoss({
      connectionString,
      useListenNotify: queuedAt === 'tick',
      // Jobs of dead workers are looked for as often as allowed.
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
    })
    boss.on('error', (error: Error) => console.error(error.message))
    await boss.start()
    // An existing queue keeps its old options.
    const queue = `bench-${queuedAt}`
    await boss.createQueue(queue, {
      notify: queuedAt === 'tick',
      heartbeatSeconds: HEARTBEAT_SECONDS,
      retryLimit: 1,
    })
    await boss.work<{ job: number; tick: number }>(
      queue,
      { batchSize: work.concurrency, localConcurrency: 2, pollingIntervalSeconds: POLL_SECONDS },
      async (jobs) => void (await Promise.all(jobs.map(({ data }) => work.action(data.job, data.tick)))),
    )
    const stop = queueTicks(queuedAt, (tick) =>
      boss.insert(
        queue,
        jobsOf(work).map((job) => ({
          id: idOf(`${job} ${tick}`),
          data: { job, tick },
          ...(queuedAt === 'ahead' ? { startAfter: new Date(tick) } : {}),
        })),
      ),
    )
    return async () => {
      await stop()
      await boss.stop()
    }
  }
}

/** A UUID, the same in every process. */
function idOf(name: string): string {
  const digest = createHash('md5').update(name).digest('hex')
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
