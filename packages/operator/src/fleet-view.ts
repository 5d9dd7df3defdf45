import type { Worker } from '@s3sched/coordinator'
import type { RunRequest } from '@s3sched/jobs/bucket'
import type { JobView } from './job-view.ts'
import type { LeaderView } from './leader-view.ts'

/** A look at a whole fleet, from the bucket alone. */
export interface FleetView {
  readonly leader: LeaderView
  readonly workers: readonly Worker[]
  readonly jobs: readonly JobView[]
  readonly unreadable: readonly UnreadableJob[]
  readonly requests: readonly RunRequest[]
  /** Epoch ms. */
  readonly now: number
}

/** A record that this version can't read, or a page of records. */
export interface UnreadableJob {
  readonly kind: 'record' | 'page'
  /** The name of the job; the key of the object, such as `jobs/pages/01.json`, for a page, whose jobs are not known. */
  readonly name: string
  readonly problem: string
}

/** The kind of a finding about the health of a fleet. */
export type HealthCode =
  | 'NO_LEADER'
  | 'NOTHING_HERE'
  | 'FLEET_STOPPED'
  | 'LEADER_SILENT'
  | 'LEADER_UNREADABLE'
  | 'JOB_UNREADABLE'
  | 'PAGE_UNREADABLE'
  | 'SCHEDULE_UNREADABLE'
  | 'JOB_UNCLAIMED'
  | 'JOB_OVERDUE'
  | 'JOB_ORPHANED'
  | 'JOB_REDEFINED'
  | 'RUN_ABANDONED'
  | 'LAST_RUN_FAILED'
  | 'REQUEST_WAITS'
  | 'RUNS_WAIT_FOR_SLOTS'
  | 'ACTIONS_GO_ON'
  | 'LOOP_BLOCKED'
  | 'JOB_PAUSED'

/** A finding about the health of a fleet, with a text for people. */
export interface HealthFinding {
  /** `problem`: somebody should act. `notice`: for information. */
  readonly level: 'problem' | 'notice'
  readonly code: HealthCode
  /** The job of the finding; `null` for a finding about the fleet. */
  readonly job: string | null
  readonly message: string
  /** The advised action. */
  readonly advice: string
}
