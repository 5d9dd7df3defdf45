/**
 * Waits until the fleet has come to rest after the last fault: every tick up to a moment ago is settled, each run claimed
 * before the last fault has ended, and no older tick waits for a start, which a stop would leave open. A busy machine needs more time for this than a quiet machine, and the
 * promises are about what becomes of a tick, and not about how soon. The wait has an end all the same: a fleet that never
 * comes to rest has broken its promises, and the judge then names the ticks.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { openJobPages } from '@s3sched/jobs/bucket'
import { systemClock, systemRandom } from '@s3sched/kernel'
import { openStore, scopeStore } from '@s3sched/store'
import { JOBS } from './jobs.ts'
import { END_SLACK_MS } from './judge/check-ticks.ts'
import type { FinalRecord } from './judge/evidence.ts'
import { insist } from './insist.ts'
import { PREFIX, readJobs } from './judge/read-bucket.ts'

/** A fleet without a rest after this time will not find one. */
const LONGEST_MS = 180_000
const LOOK_MS = 1000

/** The age of the oldest open tick of a fleet that keeps up. The stop comes right after the look. */
const OPEN_MS = END_SLACK_MS - 500

/** Resolves with the time of the wait, ms; with `undefined` where the fleet did not come to rest in time. */
export async function comeToRest(
  connection: string,
  calmAt: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const opened = openStore(connection)
  try {
    const deps = { store: scopeStore(opened, PREFIX), clock: systemClock, random: systemRandom }
    for (;;) {
      const jobs = await insist(() => readJobs(openJobPages(deps, {})), signal)
      const now = Date.now()
      if (isAtRest(jobs, { calmAt, now })) return now - calmAt
      if (now - calmAt > LONGEST_MS) return undefined
      await wait(LOOK_MS, undefined, { signal })
    }
  } finally {
    await opened.close()
  }
}

/** Whether nothing of the time before `calmAt` is left to do. */
export function isAtRest(
  jobs: ReadonlyMap<string, FinalRecord>,
  { calmAt, now }: { readonly calmAt: number; readonly now: number },
): boolean {
  return JOBS.every(({ isChanged, name, periodMs }) => {
    const record = jobs.get(name)
    if (record === undefined) return false
    const isSettled = periodMs === undefined || isChanged === true || (record.lastTick ?? 0) >= now - END_SLACK_MS
    return isSettled && record.open.every(({ claimedAt, tick }) => claimedAt >= calmAt && tick > now - OPEN_MS)
  })
}
