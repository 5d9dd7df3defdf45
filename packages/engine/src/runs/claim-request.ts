/** The requests for a claim, and what a claim depends on. */
import type { Schedule } from '@s3sched/cron'
import type { JobRecord, OpenRun, RunClaim } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { MemberHeartbeat } from '../presence/member-heartbeat.ts'
import type { Authority } from './authority.ts'
import type { RunReleases } from './run-releases.ts'
import type { RunsInHand } from './runs-in-hand.ts'

export interface RunClaimsDeps {
  readonly records: Pick<RecordCache, 'ask' | 'submit'>
  readonly inHand: RunsInHand
  readonly presence: Pick<MemberHeartbeat, 'claim' | 'show'>
  readonly releases: RunReleases
  /** The schedule in force of each job. */
  readonly schedules: Pick<ScheduleCache, 'get'>
}

/** A run of a job, for any other reason than a tick of the schedule. */
export interface ClaimRequest<Refusal> {
  readonly trigger: Exclude<RunClaim['trigger'], 'schedule'>
  readonly authority: Authority
  /** The run's scheduled time. @default now, by the store's time as far as it is proven */
  readonly tick?: number
  readonly runId?: string
  /** Called with the record that the claim would change; returns a reason not to claim. */
  readonly refuse: (record: JobRecord) => Refusal | undefined
  /** A further change in the same write. */
  readonly also?: (record: JobRecord) => JobRecord
  /** More fields for the action's context, kept with the run until the run has ended. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** See {@link OpenRun.predecessors}. */
  readonly predecessors?: OpenRun['predecessors']
}

/** A tick of the schedule. */
export interface TickRequest {
  readonly authority: Authority
  /** The schedule of the decision; under another schedule the decision is void. */
  readonly schedule: Schedule
  readonly tick: number
}
