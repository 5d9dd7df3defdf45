/**
 * The executor's policy for a claimed run: the job's options, the authority checks, and the writes before each next
 * attempt.
 *
 * A failed attempt is noted in the job's record before the wait for the next attempt, so that the wait survives this
 * process.
 */
import { CancelledError, type Backoff, type Overlap, type RunPolicy } from '@s3sched/executor'
import type { Clock, LazyAbort, Logger } from '@s3sched/kernel'
import { type ClockWatch, effectiveSpec, type JobSpec, type RecordCache, noteRetry } from '@s3sched/jobs'
import type { SchedulerEmitter } from '../events.ts'
import type { ServerClock } from '@s3sched/store'
import type { Authority } from './authority.ts'
import { dueAt } from './due-at.ts'
import type { FleetPlaces } from './fleet-places.ts'
import type { LateRuns } from '../pace/late-runs.ts'
import type { RunLease } from './run-leases.ts'
import { describeRun } from './run-report.ts'
import type { DueRunStart } from './run-start.ts'
import { whileHeld } from './while-held.ts'

export interface RunPolicyDeps {
  readonly places: Pick<FleetPlaces, 'enter'>
  readonly lateRuns: LateRuns
  readonly records: RecordCache
  readonly events: SchedulerEmitter
  readonly serverClock: ServerClock
  readonly clockWatch: Pick<ClockWatch, 'hear'>
  readonly clock: Clock
  readonly logger: Logger
}

/** What a run that is let go before its next attempt has to wait for, in ms; 0 until an attempt has failed. */
export interface NextWait {
  delayMs: number
}

export interface PolicyParts {
  readonly lease: RunLease | undefined
  /** Says at each moment how long the next attempt is to be put off. */
  readonly wait: NextWait
}

/** @param ending - ends the run in any phase */
export function runPolicy(
  deps: RunPolicyDeps,
  start: DueRunStart,
  ending: LazyAbort,
  { lease, wait }: PolicyParts,
): RunPolicy {
  const { records, clock, clockWatch, events, lateRuns, logger, serverClock } = deps
  const { authority, job, notBeforeMs = 0, record, run, startAt = Infinity } = start
  const spec = effectiveSpec(record)
  const event = describeRun(job.name, run)
  return {
    retries: spec.retries,
    backoff: spec.backoff === 'custom' ? job.backoff : (spec.backoff as Backoff),
    firstAttempt: run.retry === null ? 1 : run.retry.attempt + 1,
    notBeforeMs,
    ...(spec.timeout > 0 ? { timeoutMs: spec.timeout } : {}),
    ...overlapOf(deps, start, spec.overlap),
    signal: ending,
    onHang: job.onHang,
    priority: spec.priority,
    ...groupOf(deps, start, spec),
    ...(spec.deadline > 0 ? { deadlineMs: Math.max(0, dueAt(run) + spec.deadline - serverClock.tickNow()) } : {}),
    ...(job.graceMs === undefined ? {} : { graceMs: job.graceMs }),
    fence: run.fence,
    beforeStart: () => authority.isTrusted(),
    onAttemptStart: (attempt) => {
      wait.delayMs = 0
      if (attempt > 1) return
      lateRuns.began(job.name, run.runId, startAt)
      events.announce('jobStarted', event)
    },
    onTimeout: (attempt) => events.announce('plg:scheduler:job-timeout', { ...event, attempt, timeout: spec.timeout }),
    beforeRetry: async (failure, delayMs) => {
      wait.delayMs = delayMs
      const error = failure.error?.message ?? failure.status
      logger.warn(`job '${job.name}' failed in attempt ${failure.attempt} and will be tried again`, {
        error,
        delayMs,
      })
      events.announce('plg:scheduler:job-retry', { ...event, attempt: failure.attempt, error, delay: delayMs })
      // A moment before the failure would let the next leader count a sleep of this machine as waited.
      await clockWatch.hear()
      const notedAt = serverClock.lowerBound() ?? clock.now()
      const noted = await records.update(
        job.name,
        whileHeld(run, (current) => noteRetry(current, run.runId, failure, { delayMs, notedAt })),
        ending.signal,
      )
      if (noted.outcome === 'written') lease?.outlive()
      if (!authority.isTrusted()) throw endOf(authority)
    },
  }
}

function groupOf(
  { places }: Pick<RunPolicyDeps, 'places'>,
  { job, run: { fence, runId } }: DueRunStart,
  { group, groupFleetLimit, groupLimit }: JobSpec,
): Pick<RunPolicy, 'enterGroup' | 'group' | 'groupLimit'> {
  if (group === null) return {}
  if (groupFleetLimit === 0) return { group, groupLimit }
  const request = { fence, group, job: job.name, limit: groupFleetLimit, runId }
  // More runs of this process could not execute at a time, and would only stand in the fleet's way.
  return {
    group,
    groupLimit: Math.min(groupLimit, groupFleetLimit),
    enterGroup: (ending) => places.enter(request, ending),
  }
}

function overlapOf(
  { lateRuns }: RunPolicyDeps,
  { job, record, run, startAt }: DueRunStart,
  overlap: Overlap,
): Pick<RunPolicy, 'overlap' | 'mayFollow'> {
  // The claims of a backfill keep its order; a tick of the schedule may start beside one of its runs here.
  if (run.trigger === 'backfill') return { overlap: record.backfill?.overlap === 'allow' ? 'allow' : 'queue' }
  // A run begun elsewhere must go on: a skip recorded now would say that the run never started.
  if ((run.retry?.attempt ?? 0) > 0 && overlap !== 'allow') return { overlap: 'queue' }
  if (overlap !== 'skip' || startAt === undefined || !lateRuns.mayWait(job.name, run.runId, startAt)) return { overlap }
  return { overlap: 'queue', mayFollow: () => lateRuns.mayFollow(job.name, run.runId, startAt) }
}

/** The reason for the end of a run whose authority has ended. */
export function endOf(authority: Authority): CancelledError {
  const { reason } = authority.signal
  return reason instanceof CancelledError ? reason : new CancelledError('lease-lost')
}
