export type { JobContext, Scheduler } from '@s3sched/plugin'
export type { CronOptions, ScheduledOptions } from './cron-options.ts'
export { CronExpression } from './cron-expression.ts'
export {
  Cron,
  InjectScheduler,
  Interval,
  type ScheduledDecorator,
  type ScheduledMethod,
  SCHEDULER,
} from './decorators.ts'
export { S3SchedModule, type S3SchedModuleAsyncOptions, type S3SchedModuleOptions } from './s3sched-module.ts'
