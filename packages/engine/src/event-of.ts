import type { ResultOf } from '@s3sched/jobs'
import type { SchedulerEvents } from './events.ts'

/**
 * An event as heard from a scheduler with known jobs: an event of a job is one of as many types as there are jobs, each
 * with its own `jobName` and `result`.
 */
export type EventOf<Jobs, E extends keyof SchedulerEvents> = SchedulerEvents[E] extends { readonly jobName: string }
  ? {
      [Name in keyof Jobs & string]: SchedulerEvents[E] & { readonly jobName: Name } & (SchedulerEvents[E] extends {
          readonly result: unknown
        }
          ? { readonly result: ResultOf<Jobs, Name> }
          : unknown)
    }[keyof Jobs & string]
  : SchedulerEvents[E]
