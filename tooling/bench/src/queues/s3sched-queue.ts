import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin, type Job } from '@s3sched/plugin'
import { AT_ONCE, YEARLY, type Queue } from './queue.ts'

/** The process of the benchmark `burst` measures due runs: no queue can be filled here. */
export function s3schedQueue(store: string): Queue {
  let scheduler: SchedulerPlugin<unknown> | undefined
  const start = async (names: readonly string[], job: Job<unknown>): Promise<void> => {
    scheduler = new SchedulerPlugin<unknown>({
      store,
      skipColdStart: true,
      maxConcurrentJobs: AT_ONCE,
      logger: silentLogger,
      jobs: Object.fromEntries(names.map((name) => [name, job])),
    })
    await scheduler.start()
  }
  return {
    define: (jobs) => start(jobNames(jobs), { schedule: YEARLY, action: () => undefined }),
    open: (concurrency) => start(jobNames(concurrency), { schedule: null, action: () => 'done' }),
    ask: (lane) => scheduler?.runJob(`job-${lane}`) ?? Promise.reject(new Error('not open')),
    close: async () => scheduler?.stop(),
  }
}

function jobNames(count: number): string[] {
  return Array.from({ length: count }, (_, job) => `job-${job}`)
}
