import type { Authority } from '../runs/authority.ts'

/** The right to start jobs, and its limits. */
export interface StartRight {
  readonly authority: Authority
  /** Tells whether the job belongs to the led shard. */
  readonly owns: (jobName: string) => boolean
  /** Aborts when nothing is to be started any more. */
  readonly stopping: AbortSignal
}
