/**
 * Jobs that no instance defines any more.
 *
 * Their first open tick waits for a leader that has the action, since an old version that happens to lead must not cost a
 * tick of a new one. When it has waited for longer than the job's catch-up window, nobody could run it any more anyway: the
 * record is marked, once, by compare-and-swap, and no leader plans or reads the job again. Nothing is settled by the mark;
 * whoever defines the job later finds the open ticks behind it, and records them as missed.
 */
import { toDate, type Clock, type Logger } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import type { SchedulerEmitter } from '../events.ts'
import type { JobBook } from '../job/job-book.ts'
import { orphanJob } from '../job/job-changes.ts'
import { effectiveSpec, isActive, lowerBound, type JobRecord } from '../job/job-record.ts'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { ServerClock } from '../server-clock.ts'

/** However short its catch-up window is, a job waits at least as long as a slow deploy takes, in ms. */
const LEAST_PATIENCE_MS = 3_600_000

/** From when on a job whose first open tick nobody here can run counts as orphaned; epoch ms. */
export function orphanedFrom(record: JobRecord, firstOpenTick: number): number {
  return firstOpenTick + Math.max(effectiveSpec(record).catchUpWindowMs, LEAST_PATIENCE_MS)
}

export interface OrphansDeps {
  readonly book: JobBook
  readonly marker: ChangeMarker
  readonly events: SchedulerEmitter
  readonly clock: Clock
  readonly serverClock: ServerClock
  readonly logger: Logger
}

export class Orphans {
  readonly #deps: OrphansDeps

  constructor(deps: OrphansDeps) {
    this.#deps = deps
  }

  /** Marks the job and says so, unless somebody settled its ticks meanwhile: 2 PUT. @throws the store's error */
  async mark(name: string, schedule: Schedule, signal: AbortSignal): Promise<void> {
    const { book, clock, events, logger, marker, serverClock } = this.#deps
    let firstOpenTick = 0
    const marked = await book.update(
      name,
      (record) => {
        const tick = record === undefined || !isActive(record) ? null : schedule.next(lowerBound(record))
        if (record === undefined || tick === null || clock.now() < orphanedFrom(record, tick))
          return { stop: 'settled' }
        firstOpenTick = tick
        return { write: orphanJob(record, serverClock.sharedNow()) }
      },
      signal,
    )
    if (marked.outcome === 'stopped') return
    const since = toDate(firstOpenTick)
    logger.warn(`no instance defines job '${name}' any more: it is left alone until one does, or removes it`, {
      jobName: name,
      firstOpenTick: since,
    })
    events.announce('plg:scheduler:job-orphaned', { jobName: name, firstOpenTick: since })
    // A follower that has the action after all must look at the record again when it leads.
    await marker.bump(signal)
  }
}
