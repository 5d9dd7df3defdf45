import type { SchedulerEmitter } from '@s3sched/engine'
import type { ResolvedSchedulerOptions } from './options.ts'

/** Calls the hook functions of the options at their events. */
export function callHooks(
  events: SchedulerEmitter,
  { onJobComplete, onJobError, onJobStart }: ResolvedSchedulerOptions,
): void {
  if (onJobStart !== undefined) events.on('jobStarted', (run) => onJobStart(run.jobName, { ...run }))
  if (onJobComplete !== undefined) {
    events.on('jobCompleted', ({ duration, jobName, result }) => onJobComplete(jobName, result, duration))
  }
  if (onJobError !== undefined) events.on('jobFailed', (run) => onJobError(run.jobName, run.error, run.attempts))
}
