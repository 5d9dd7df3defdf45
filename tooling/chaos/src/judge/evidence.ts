import type { RunRecord } from '@s3sched/history'
import type { AuditedJob } from '@s3sched/plugin'
import type { Blow } from '../fleet.ts'
import type { ActionEnd, ActionStart, JournalEntry } from '../journal.ts'
import type { Life } from '../life.ts'

/** Everything that a run left. Instants are epoch ms by the machine's one clock. */
export interface Evidence {
  /** What the actions wrote down, outside of the bucket. */
  readonly entries: readonly JournalEntry[]
  /** What the parent did to the processes. */
  readonly lives: readonly Life[]
  readonly blows: readonly Blow[]
  /** What the product says of itself. */
  readonly audit: readonly AuditedJob[]
  /** What the bucket holds, read in the end. */
  readonly bucket: BucketEvidence
  readonly startedAt: number
  /** From here on nothing was done to the fleet. */
  readonly calmAt: number
  readonly stoppedAt: number
}

export interface BucketEvidence {
  readonly runs: readonly RunRecord[]
  /** Runs of which the history says, or once said, that they are lost. */
  readonly lost: ReadonlySet<string>
  /** By job: what its record says in the end. */
  readonly jobs: ReadonlyMap<string, FinalRecord>
}

export interface FinalRecord {
  readonly since: number
  readonly lastTick: number | null
  /** The ticks of runs that their last process let go of when it was stopped; nobody was left to go on with them. */
  readonly openTicks: readonly number[]
}

export function startsIn({ entries }: Evidence): ActionStart[] {
  return entries.filter((entry) => entry.kind === 'start').toSorted((a, b) => a.at - b.at)
}

/** When each attempt ended, by {@link attemptKey}. */
export function endsIn({ entries }: Evidence): Map<string, number> {
  return new Map(entries.filter((entry) => entry.kind === 'end').map((end) => [attemptKey(end), end.at]))
}

export function attemptKey({ attempt, life, runId }: ActionStart | ActionEnd): string {
  return `${life} ${runId} ${attempt}`
}

export function nameOf({ attempt, at, job, life, runId, tick }: ActionStart): string {
  return `${job} ${new Date(tick).toISOString()} (run ${runId}, attempt ${attempt}, ${life}, ${new Date(at).toISOString()})`
}
