/**
 * The places of a concurrency group in the whole fleet, as pure functions on the group's record.
 *
 * **The record** lists runs in the order of their arrival. With a limit of `n` the first `n` runs have a place; a later
 * run has one as soon as its position is below the limit. A position only ever becomes smaller, since a new run goes to
 * the end. So a place once seen stays, and a run needs one write to arrive, and one to leave.
 *
 * **Authority** is the record in the bucket, changed by compare-and-swap: two processes can't both take the last place.
 *
 * **A dead process** leaves its runs in the list. The job's record tells: a run holds its place only while its job's
 * record names the run, by no later claim and not as released ({@link holdsPlace}). A run comes into the list after
 * the write of its claim, so a run without a name in a later read of the job's record is over, lost, or in the hands of
 * another process with a larger fence. Any waiting process may take such a run out of the list.
 */
import type { JobRecord } from './job-record.ts'
import { isTakenOver } from './run-changes.ts'

/** An attempt that has a place, or waits for a place. */
export interface GroupRun {
  /** A new id for each attempt. */
  readonly id: string
  readonly job: string
  readonly runId: string
  /** Of the claim. */
  readonly fence: number
  /** The process. */
  readonly instance: string
}

/** The places of a concurrency group in the whole fleet. */
export interface GroupRecord {
  /** In the order of arrival. */
  readonly runs: readonly GroupRun[]
}

/** Puts a run at the end of the list. @returns `undefined` for a run that is in the list */
export function arrive(record: GroupRecord | undefined, run: GroupRun): GroupRecord | undefined {
  const runs = record?.runs ?? []
  return runs.some(({ id }) => id === run.id) ? undefined : { runs: [...runs, run] }
}

/** Takes runs out of the list. @returns `undefined` where none of them is in the list */
export function depart(record: GroupRecord | undefined, ids: ReadonlySet<string>): GroupRecord | undefined {
  const runs = record?.runs ?? []
  const left = runs.filter(({ id }) => !ids.has(id))
  return left.length === runs.length ? undefined : { runs: left }
}

/** The runs before this run in the list; `undefined` for a run that is not in the list. */
export function runsBefore(record: GroupRecord | undefined, id: string): readonly GroupRun[] | undefined {
  const runs = record?.runs ?? []
  const position = runs.findIndex((run) => run.id === id)
  return position === -1 ? undefined : runs.slice(0, position)
}

/** True while a run may hold its place. @param record - of the run's job, read after the list */
export function holdsPlace({ fence, runId }: GroupRun, record: JobRecord | undefined): boolean {
  const open = record?.running.find((run) => run.runId === runId)
  return open !== undefined && !isTakenOver(open, fence) && open.retry?.released !== true
}
