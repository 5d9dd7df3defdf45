import type { RunFilter, RunHistory, RunRecord, TimelineEntry } from '@s3sched/history'
import { S3SchedError, type Clock } from '@s3sched/kernel'
import type { LeftOut } from './left-out.ts'

export interface FollowOptions {
  /** The number of past runs that come first. */
  readonly limit: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called with trouble that may pass; the next look follows all the same. */
  readonly onTrouble: (message: string) => Promise<void>
  /** Told of what the looks leave out, after each look that came to an end. */
  readonly leftOut: Pick<LeftOut, 'add' | 'tell'>
}

/** A look costs 1 GET and 1 LIST for each page of jobs, so following one job costs 12 of each a minute. */
const EVERY_MS = 5000
/**
 * A run appears at the place of its tick when the run ends. The end of a run longer than this goes unseen, since a
 * longer window would make each look cost more.
 */
const WINDOW_MS = 6 * 3_600_000

/**
 * The last runs, oldest first, then each run after its end; goes on until `signal` aborts, and throws the signal's
 * reason.
 * @throws the error of the first look, and trouble that does not pass by itself
 */
export async function* followRuns(
  history: RunHistory,
  filter: RunFilter,
  { clock, leftOut, limit, onTrouble, signal }: FollowOptions,
): AsyncGenerator<RunRecord> {
  const recent = (): Promise<TimelineEntry[]> =>
    history.timeline({ ...filter, since: clock.now() - WINDOW_MS, limit: 100_000, onProblem: leftOut.add, signal })
  let seen = new Set((await recent()).map(markOf))
  const { problems, runs } = await history.list({ ...filter, limit, signal })
  problems?.forEach(leftOut.add)
  await leftOut.tell()
  for (const run of runs.toReversed()) {
    seen.add(markOf(run)) // the run may have ended since the first look
    yield run
  }
  for (;;) {
    await clock.sleep(EVERY_MS, signal)
    try {
      const entries = await recent()
      await leftOut.tell()
      for (const entry of entries.toReversed()) {
        if (seen.has(markOf(entry))) continue
        const run = await history.get(entry.job, entry.runId, entry.scheduledTime, { signal })
        seen.add(markOf(entry))
        if (run !== undefined) yield run
      }
      // A run that has left the window does not come back.
      seen = new Set(entries.map(markOf))
    } catch (error) {
      if (!(error instanceof S3SchedError) || !error.retriable) throw error
      await onTrouble(error.message)
    }
  }
}

/** A run that was declared lost and ended after all is shown twice: both are news. */
function markOf({ job, runId, status }: Pick<TimelineEntry, 'job' | 'runId' | 'status'>): string {
  return `${job}/${runId}/${status}`
}
