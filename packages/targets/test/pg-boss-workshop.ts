import { PgBoss } from 'pg-boss'
import type { TargetMessage } from '../src/index.ts'
import { pgBoss } from '../src/pg-boss/index.ts'
import type { Workshop } from './target-contract.ts'

/** A pg-boss of the test, beside the target's own. */
export async function startBoss(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false })
  // A heartbeat in the background may fail on a busy machine, and without a listener its event would be an error outside
  // of the tests. Each call of a test fails by itself.
  boss.on('error', (error) => console.warn('pg-boss:', error.message))
  return boss.start()
}

/** A queue whose jobs the tests take and end by hand. */
export async function openPgBoss(url: string, queue: string): Promise<Workshop> {
  const boss = await startBoss(url)
  await boss.createQueue(queue)
  const jobsOf = async (key: string) => boss.findJobs(queue, { data: { idempotencyKey: key } })
  /** Takes all jobs: fetching knows no ids. */
  const take = async (key: string) => {
    await boss.fetch(queue, { batchSize: 100 })
    return (await jobsOf(key))[0]?.id ?? ''
  }
  return {
    action: (options) => pgBoss(queue, { boss: url, pollMs: 50, ...options }),
    works: async (key) => (await jobsOf(key)).map(({ data }) => data as TargetMessage),
    finish: async (key, result) => boss.complete(queue, await take(key), result as object),
    fail: async (key, reason) => {
      for (let left = 5; left > 0 && (await jobsOf(key))[0]?.state !== 'failed'; left--) {
        await boss.fail(queue, await take(key), new Error(reason))
      }
    },
    isCancelled: async (key) => (await jobsOf(key))[0]?.state === 'cancelled',
    unreachable: () => pgBoss(queue, { boss: 'postgres://127.0.0.1:1/none' }),
    close: () => boss.stop(),
  }
}
