/**
 * Jobs that no instance defines any more.
 *
 * The first open tick of such a job waits for a leader with the action, since a leader of an old version must not cost
 * a tick of a new version. After a wait of the job's catch-up window, the tick could not run any more anyway: the
 * record is marked, once, by compare-and-swap, and no leader plans or reads the job again. The mark settles no tick; an
 * instance that defines the job later finds the open ticks after the watermark, and records them as missed.
 */
import { toDate, type Clock } from '@s3sched/kernel'
import type { Schedule } from '@s3sched/cron'
import { effectiveSpec, isTicking, type JobRecord, lowerBound, orphanJob } from '@s3sched/jobs'
import type { ChangeMarker, RecordCache } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'

/** A job with a short catch-up window still waits for the duration of a slow deploy, in ms. */
const LEAST_PATIENCE_MS = 3_600_000

/** The instant from which a job counts as orphaned if no instance here can run its first open tick; epoch ms. */
export function orphanedFrom(record: JobRecord, firstOpenTick: number): number {
  return firstOpenTick + Math.max(effectiveSpec(record).catchUpWindowMs, LEAST_PATIENCE_MS)
}

export interface OrphansDeps {
  readonly records: RecordCache
  readonly marker: ChangeMarker
}

export class Orphans {
  readonly #env: EngineEnv
  readonly #deps: OrphansDeps
  readonly #clock: Clock

  /** @param clock - tells whether a job has waited long enough */
  constructor(env: EngineEnv, deps: OrphansDeps, clock: Clock) {
    this.#env = env
    this.#deps = deps
    this.#clock = clock
  }

  /**
   * Marks the job, with an event and a warning, unless its ticks were settled meanwhile: 2 PUT.
   * @throws the store's error
   */
  async mark(name: string, schedule: Schedule, signal: AbortSignal): Promise<void> {
    const { events, logger, serverClock } = this.#env
    const { records, marker } = this.#deps
    let firstOpenTick = 0
    const marked = await records.update(
      name,
      (record) => {
        const tick = record === undefined || !isTicking(record) ? null : schedule.next(lowerBound(record))
        if (record === undefined || tick === null || this.#clock.now() < orphanedFrom(record, tick))
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
    // A follower with the action must read the record again when it becomes the leader.
    await marker.bump(signal)
  }
}
