import type { JobRecord, LocalJob, OpenRun } from '@s3sched/jobs'
import type { Authority } from './authority.ts'

/** A claimed run, ready to start. */
export interface RunStart {
  readonly job: LocalJob
  readonly run: OpenRun
  /** The record as the claim wrote it. */
  readonly record: JobRecord
  readonly authority: Authority
  /** A wait before the next attempt, in ms; the run holds its job meanwhile, as between any two attempts. @default 0 */
  readonly notBeforeMs?: number | undefined
  /** More fields for the action's context. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
}

/** The start of a run at its instant. */
export interface DueRunStart extends RunStart {
  /** By the wall clock, epoch ms; until then the run blocks no other run. `undefined` for a run due at once. */
  readonly startAt: number | undefined
}
