import { isNativeError } from 'node:util/types'
import type { CoreEvents } from '@s3sched/engine'
import { SchedulerError } from '@s3sched/jobs'
import { describe } from '@s3sched/kernel'
import type { JobCompletedEvent, JobFailedEvent, JobStartedEvent } from './scheduler-events.ts'

/** @param startTime - epoch ms */
export function toldStarted(run: CoreEvents['jobStarted'], startTime: number): JobStartedEvent {
  return { ...run, executionId: run.runId, startTime }
}

export function toldCompleted(run: CoreEvents['jobCompleted']): JobCompletedEvent {
  return { ...run, executionId: run.runId, status: 'success', retryCount: retriesOf(run) }
}

export function toldFailed(run: CoreEvents['jobFailed']): JobFailedEvent {
  const { attempts, error, jobName, runId } = run
  return { ...run, executionId: runId, error: asError(jobName, error), retryCount: retriesOf(run), attempt: attempts }
}

function retriesOf({ attempts }: { readonly attempts: number }): number {
  return Math.max(0, attempts - 1)
}

/** The thrown value as a listener expects it, with a message. An error of another realm, as in Jest, is an error too. */
function asError(jobName: string, thrown: unknown): Error {
  if (thrown instanceof Error || isNativeError(thrown)) return thrown
  return new SchedulerError(`Job '${jobName}' failed: it threw ${describe(thrown)}`, {
    code: 'JOB_FAILED',
    cause: thrown,
    context: { jobName },
  })
}
