/**
 * How the executor is to run what was claimed: the job's own wishes, and what has to be asked and noted on the way.
 *
 * A failed attempt is noted in the job's record before the wait for the next one, so that the wait survives this process.
 */
import { CancelledError, type Backoff, type RunPolicy } from '@s3sched/executor'
import type { Clock, Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { JobBook, RecordChange } from '../job/job-book.ts'
import { noteRetry } from '../job/job-changes.ts'
import { effectiveSpec, type JobRecord, type OpenRun } from '../job/job-record.ts'
import type { ServerClock } from '../server-clock.ts'
import type { Authority } from './authority.ts'
import { describeRun } from './run-report.ts'
import type { RunStart } from './run-service.ts'

export interface RunPolicyDeps {
  readonly book: JobBook
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly logger: Logger
}

/** @param signal - ends the run wherever it is */
export function runPolicy(
  { book, clock, events, logger, serverClock }: RunPolicyDeps,
  { authority, job, notBeforeMs = 0, record, run }: RunStart,
  signal: AbortSignal,
): RunPolicy {
  const spec = effectiveSpec(record)
  const event = describeRun(job.name, run)
  return {
    retries: spec.retries,
    backoff: spec.backoff === 'custom' ? job.backoff : (spec.backoff as Backoff),
    firstAttempt: run.retry === null ? 1 : run.retry.attempt + 1,
    notBeforeMs,
    ...(spec.timeout > 0 ? { timeoutMs: spec.timeout } : {}),
    // What was begun elsewhere is gone on with; to skip it now would say that it was never started.
    overlap: (run.retry?.attempt ?? 0) > 0 && spec.overlap !== 'allow' ? 'queue' : spec.overlap,
    signal,
    fence: run.fence,
    beforeStart: () => authority.isTrusted(),
    onAttemptStart: (attempt) => {
      if (attempt === 1) events.announce('jobStarted', event)
    },
    onTimeout: (attempt) => events.announce('plg:scheduler:job-timeout', { ...event, attempt, timeout: spec.timeout }),
    beforeRetry: async (failure, delayMs) => {
      const error = failure.error?.message ?? failure.status
      logger.warn(`job '${job.name}' failed in attempt ${failure.attempt} and will be tried again`, {
        error,
        delayMs,
      })
      events.announce('plg:scheduler:job-retry', { ...event, attempt: failure.attempt, error, delay: delayMs })
      const notedAt = serverClock.lowerBound() ?? clock.now()
      const retry = { attempt: failure.attempt, error, delayMs, notedAt, released: false }
      await book.update(
        job.name,
        whileHeld(run, (current) => noteRetry(current, run.runId, retry)),
        signal,
      )
      if (!authority.isTrusted()) throw endOf(authority)
    },
  }
}

/** A change of a run that holds only while nobody else has taken it over: its fence is still the one claimed. */
export function whileHeld(run: OpenRun, change: (record: JobRecord) => JobRecord) {
  return (record: JobRecord | undefined): RecordChange<'gone'> =>
    record?.running.some((open) => open.runId === run.runId && open.fence === run.fence) === true
      ? { write: change(record) }
      : { stop: 'gone' }
}

/** Why a run ends when its authority does. */
export function endOf(authority: Authority): CancelledError {
  const { reason } = authority.signal
  return reason instanceof CancelledError ? reason : new CancelledError('lease-lost')
}
