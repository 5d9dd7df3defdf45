import type { RunRecord } from '@s3sched/history'
import type { AuditedJob } from '@s3sched/plugin'
import type { Blow } from '../fleet.ts'
import type { ActionEnd, ActionStart, JournalEntry } from '../journal.ts'
import type { Life } from '../life.ts'

/** All evidence of a run. Instants are epoch ms by the machine's one clock. */
export interface Evidence {
  /** The actions' own journal, outside of the bucket. */
  readonly entries: readonly JournalEntry[]
  /** The parent's interventions in each process. */
  readonly lives: readonly Life[]
  readonly blows: readonly Blow[]
  /** The product's own audit. */
  readonly audit: readonly AuditedJob[]
  /** The bucket's content, read in the end. */
  readonly bucket: BucketEvidence
  readonly startedAt: number
  /** No faults after this instant. */
  readonly calmAt: number
  /** The time from then until the fleet had come to rest, ms; `undefined` where that took too long. */
  readonly restMs: number | undefined
  readonly stoppedAt: number
}

export interface BucketEvidence {
  readonly runs: readonly RunRecord[]
  /** Runs that the history calls lost, or once called lost. */
  readonly lost: ReadonlySet<string>
  /** By job: the final record. */
  readonly jobs: ReadonlyMap<string, FinalRecord>
}

export interface FinalRecord {
  readonly since: number
  readonly lastTick: number | null
  /** The stretches of time before `since` in which ticks counted, oldest first: ticks after `from` and up to `to`. */
  readonly past: readonly { readonly from: number; readonly to: number }[]
  /** The runs that the record still names. */
  readonly open: readonly NamedRun[]
}

export interface NamedRun {
  readonly tick: number
  readonly runId: string
  readonly claimedAt: number
  /** The last process left the run to others at its stop; no process was left to go on. */
  readonly isReleased: boolean
}

export function startsIn({ entries }: Evidence): ActionStart[] {
  return entries.filter((entry) => entry.kind === 'start').toSorted((a, b) => a.at - b.at)
}

/** The end of each attempt, by {@link attemptKey}. */
export function endsIn({ entries }: Evidence): Map<string, number> {
  return new Map(entries.filter((entry) => entry.kind === 'end').map((end) => [attemptKey(end), end.at]))
}

export function attemptKey({ attempt, life, runId }: ActionStart | ActionEnd): string {
  return `${life} ${runId} ${attempt}`
}

export function nameOf({ attempt, at, job, life, runId, tick }: ActionStart): string {
  return `${job} ${new Date(tick).toISOString()} (run ${runId}, attempt ${attempt}, ${life}, ${new Date(at).toISOString()})`
}
