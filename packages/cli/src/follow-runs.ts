import type { History, RunFilter, RunRecord } from '@s3sched/history'
import type { Clock } from '@s3sched/kernel'

export interface FollowOptions {
  /** How many of the runs that are there already come first. */
  readonly limit: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A look costs 1 LIST a job, so that following one job costs 12 a minute. */
const EVERY_MS = 5000
/**
 * A run appears at the place of its tick when it ends. One that took longer than this is not seen to end, since looking
 * farther back would cost more with each look.
 */
const WINDOW_MS = 6 * 3_600_000

/** The last runs, oldest first, then each run once it has ended; goes on until `signal` aborts, whose reason it throws. */
export async function* followRuns(
  history: History,
  filter: RunFilter,
  { clock, limit, signal }: FollowOptions,
): AsyncGenerator<RunRecord> {
  const { runs } = await history.list({ ...filter, limit, signal })
  const recent = async (): Promise<
    { readonly key: string; readonly job: string; readonly runId: string; readonly scheduledTime: number }[]
  > => history.timeline({ ...filter, since: clock.now() - WINDOW_MS, limit: 100_000, signal })
  const seen = new Set((await recent()).map(({ key }) => key))
  yield* runs.toReversed()
  for (;;) {
    await clock.sleep(EVERY_MS, signal)
    const entries = await recent()
    for (const { job, key, runId, scheduledTime } of entries.toReversed()) {
      if (seen.has(key)) continue
      seen.add(key)
      const run = await history.get(job, runId, scheduledTime, { signal })
      if (run !== undefined) yield run
    }
    const kept = new Set(entries.map(({ key }) => key))
    for (const key of seen) if (!kept.has(key)) seen.delete(key)
  }
}
