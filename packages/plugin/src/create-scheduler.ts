import type { ContextJobs, InferredJobs, JobContext } from '@s3sched/jobs'
import type { CreateSchedulerOptions } from './options.ts'
import { type ContextAction, Scheduler } from './scheduler.ts'

/** The jobs of a scheduler without a database, by the types that the compiler infers. */
export type JobsOption<Inputs, Fields, Defaults, Results> = ContextJobs<Inputs, Fields, Defaults, Results, Scheduler>

/**
 * A cron scheduler for any number of instances of an application, with a bucket as its only infrastructure. Makes no
 * request before `start()`.
 *
 * Each tick of each job starts at most once in the whole fleet, and no tick is lost without a trace: a tick ran, or the
 * history has a record of it as skipped, missed or lost. The README lists the guarantees and non-guarantees.
 *
 * @throws {@link SchedulerError} naming every mistake in the options and the jobs
 * @example
 * const scheduler = createScheduler({
 *   store: 's3://bucket',
 *   jobs: { report: { schedule: '0 8 * * *', action: ({ scheduledTime }) => send(scheduledTime) } },
 * })
 * await scheduler.start()
 */
export function createScheduler<Inputs, Fields, Defaults, Results>(
  options: CreateSchedulerOptions & JobsOption<Inputs, Fields, Defaults, Results> = {},
): Scheduler<InferredJobs<Inputs, Fields, Defaults, Results>> {
  return new Scheduler(options, {
    name: 'createScheduler',
    shape: '(context, scheduler) => result',
    withDatabase: false,
    database: () => undefined,
    call: (action, context, scheduler) =>
      (action as ContextAction<JobContext, unknown>)(context, scheduler as Scheduler),
  })
}
