import { FENCE_GAP, restoreJob } from './job-changes.ts'
import { lowerBound, type JobRecord, type OpenRun } from './job-record.ts'

/**
 * Whether a record was defined anew by a process without knowledge of the job, after the record's page was lost. The
 * fence of a new record begins at zero, and the fence of a record that another process has restored is far above. A new
 * definition counts from its own time on. A record that a hand has put back counts from an earlier time; the hand is
 * obeyed.
 * @param marginMs - how far before its instant a tick of the old record may have been claimed, with the difference of two clocks
 */
export function isDefinedAnew(known: JobRecord, found: JobRecord, marginMs: number): boolean {
  return found.fence < known.fence + FENCE_GAP / 2 && found.since >= lowerBound(known) - marginMs
}

/**
 * A deleted record that a process without knowledge of the job has defined anew, so that its fence began again. The new
 * definition and the new runs hold; the past, a pause and the open runs that this process knows of stay the job's.
 * @param from - as for {@link restoreJob}
 */
export function reuniteJob(known: JobRecord, anew: JobRecord, from: number): JobRecord {
  const { hash, orphanedAt, removed, running, spec } = anew
  const isAnew = ({ runId }: OpenRun): boolean => running.some((run) => run.runId === runId)
  const lastTick = Math.max(known.lastTick ?? -Infinity, anew.lastTick ?? -Infinity)
  return {
    ...restoreJob({ ...known, fence: Math.max(known.fence, anew.fence) }, Math.max(from, lowerBound(anew))),
    spec,
    hash,
    orphanedAt,
    removed,
    override: anew.override ?? (known.hash === hash ? known.override : null),
    paused: known.paused || anew.paused,
    lastTick: lastTick === -Infinity ? null : lastTick,
    running: [...known.running.filter((run) => !isAnew(run)), ...running],
    consumed: { ...known.consumed, ...anew.consumed },
  }
}
