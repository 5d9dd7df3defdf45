/**
 * How the executor is to run what was claimed: the job's own wishes, and what has to be asked and noted on the way.
 *
 * A failed attempt is noted in the job's record before the wait for the next one, so that the wait survives this process.
 */
import { CancelledError, type Backoff, type Executor, type Overlap, type RunPolicy } from '@s3sched/executor'
import type { Clock, Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { JobBook } from '../job/job-book.ts'
import { noteRetry } from '../job/job-changes.ts'
import { effectiveSpec } from '../job/job-record.ts'
import type { ServerClock } from '../server-clock.ts'
import type { Authority } from './authority.ts'
import type { RunLease } from './run-leases.ts'
import { describeRun } from './run-report.ts'
import type { RunStart } from './run-service.ts'
import { whileHeld } from './while-held.ts'

/** What starts within this of its instant is on time, in ms. */
const LATE_MS = 100

export interface RunPolicyDeps {
  readonly executor: Pick<Executor, 'running'>
  readonly book: JobBook
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly logger: Logger
}

/** @param signal - ends the run wherever it is */
export function runPolicy(deps: RunPolicyDeps, start: RunStart, signal: AbortSignal, lease?: RunLease): RunPolicy {
  const { book, clock, events, logger, serverClock } = deps
  const { authority, job, notBeforeMs = 0, record, run } = start
  const spec = effectiveSpec(record)
  const event = describeRun(job.name, run)
  return {
    retries: spec.retries,
    backoff: spec.backoff === 'custom' ? job.backoff : (spec.backoff as Backoff),
    firstAttempt: run.retry === null ? 1 : run.retry.attempt + 1,
    notBeforeMs,
    ...(spec.timeout > 0 ? { timeoutMs: spec.timeout } : {}),
    overlap: overlapOf(deps, start, spec.overlap),
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
      const noted = await book.update(
        job.name,
        whileHeld(run, (current) => noteRetry(current, run.runId, retry)),
        signal,
      )
      if (noted.outcome === 'written') lease?.outlive()
      if (!authority.isTrusted()) throw endOf(authority)
    },
  }
}

function overlapOf(deps: RunPolicyDeps, { job, run, startAt }: RunStart, overlap: Overlap): Overlap {
  // What was begun elsewhere is gone on with; to skip it now would say that it was never started.
  if ((run.retry?.attempt ?? 0) > 0 && overlap !== 'allow') return 'queue'
  return overlap === 'skip' && startAt !== undefined && isBehindLateRun(deps, job.name, startAt) ? 'queue' : overlap
}

/**
 * Whether the run comes too late, and what goes on of its job now began after its own instant: at its instant nothing was in its
 * way. It waits then, and is not skipped for what the lateness of both did.
 */
function isBehindLateRun({ clock, executor }: RunPolicyDeps, jobName: string, startAt: number): boolean {
  if (clock.now() - startAt < LATE_MS) return false
  const going = executor.running().filter(({ key }) => key === jobName)
  return going.length > 0 && going.every(({ startedAt }) => startedAt > startAt)
}

/** Why a run ends when its authority does. */
export function endOf(authority: Authority): CancelledError {
  const { reason } = authority.signal
  return reason instanceof CancelledError ? reason : new CancelledError('lease-lost')
}
