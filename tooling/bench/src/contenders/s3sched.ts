import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { EVERY_SECOND, jobsOf, type Begin, type S3schedSettings } from './contender.ts'

/** This project's scheduler, with its default heartbeats unless given. */
export function s3sched(store: string, { overlap, ...options }: S3schedSettings = {}): Begin {
  return async (work) => {
    const scheduler = new SchedulerPlugin<unknown>({
      ...options,
      store,
      skipColdStart: true,
      maxConcurrentJobs: work.concurrency,
      logger: silentLogger,
      jobs: Object.fromEntries(
        jobsOf(work).map((job) => [
          `job-${job}`,
          {
            schedule: EVERY_SECOND,
            ...(overlap === undefined ? {} : { overlap }),
            action: (_db: unknown, { scheduledTime }: { readonly scheduledTime: Date }) =>
              work.action(job, scheduledTime.getTime()),
          },
        ]),
      ),
    })
    await scheduler.start()
    return () => scheduler.stop()
  }
}
