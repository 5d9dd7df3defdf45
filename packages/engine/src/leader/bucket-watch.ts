/**
 * Watches the bucket for a leader, besides the ticks: the change marker every 15 s, each second while somebody looks on, and the records of all jobs every 10
 * minutes in case a bump of the marker was lost. The leader of several shards looks once for all led shards.
 */
import { createSharedAbort, messageOf, pause, WakeableSleep } from '@s3sched/kernel'
import type { RunRequest } from '@s3sched/jobs/bucket'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import { ATTENTIVE_MS, type RunReports } from '../runs/run-reports.ts'

/** One shard's part of a look. Each method throws the store's error; the next look then repeats everything. */
export interface Watcher {
  readonly shard: number
  /** Aborts when the watcher's instance no longer leads the shard. */
  readonly signal: AbortSignal
  /** Called at each look. @param haveChanged - members may have come or gone, and have announced the change */
  lookAtMembers(haveChanged: boolean): Promise<void>
  /** Jobs that other instances have changed. */
  changed(names: readonly string[]): void
  /** @returns whether a request has to wait for a run in another process */
  obey(requests: readonly RunRequest[]): Promise<boolean>
  /** Resolves when every changed job is decided. */
  settle(): Promise<void>
}

export type BucketWatchDeps = Pick<Bucket, 'records' | 'marker' | 'requests'> & {
  readonly reports: Pick<RunReports, 'isAttended' | 'look'>
}

const AFTER_TROUBLE_MS = 1000
const BACKSTOP_MS = 600_000
/** The caller who places a request bumps the marker, or gets an error; only a crash in between needs this look. */
const REQUESTS_BACKSTOP_MS = 3_600_000

/** The looks from the first watcher to the last one's end. */
interface Loop {
  readonly stopping: AbortController
  readonly naps: WakeableSleep
}

export class BucketWatch {
  readonly #env: Pick<EngineEnv, 'clock' | 'events' | 'logger'>
  readonly #deps: BucketWatchDeps
  readonly #watchMs: number
  readonly #watchers = new Map<Watcher, { isNew: boolean }>()
  #loop: Loop | undefined
  #listedAt = 0
  #obeyedAt = 0
  #mustWait = false
  #isHurried = false

  /** @param watchMs - interval of looks at the marker */
  constructor(env: Pick<EngineEnv, 'clock' | 'events' | 'logger'>, deps: BucketWatchDeps, watchMs: number) {
    this.#env = env
    this.#deps = deps
    this.#watchMs = watchMs
  }

  /**
   * Looks for this watcher, too, until its signal aborts. The watcher has just listed all jobs. Requests from the time
   * without a leader are read now.
   */
  join(watcher: Watcher): void {
    if (watcher.signal.aborted) return
    const now = this.#env.clock.monotonic()
    this.#watchers.set(watcher, { isNew: true })
    watcher.signal.addEventListener('abort', () => this.#leave(watcher), { once: true })
    this.#loop?.naps.wake()
    if (this.#loop !== undefined) return
    this.#listedAt = now
    this.#obeyedAt = now
    this.#mustWait = false
    this.#isHurried = false
    this.#loop = { stopping: createSharedAbort(), naps: new WakeableSleep(this.#env.clock) }
    void this.#run(this.#loop)
  }

  /** The next look comes now. */
  lookNow(): void {
    this.#isHurried = true
    this.#loop?.naps.wake()
  }

  #pauseMs(): number {
    return this.#deps.reports.isAttended ? Math.min(ATTENTIVE_MS, this.#watchMs) : this.#watchMs
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size > 0) return
    this.#loop?.stopping.abort()
    this.#loop = undefined
  }

  async #run({ naps, stopping: { signal } }: Loop): Promise<void> {
    const { clock, events, logger } = this.#env
    while (!signal.aborted) {
      try {
        await this.#greet(signal)
        const hasSlept = await naps.sleep(this.#pauseMs(), signal)
        // Otherwise another watcher joins, or the last watcher leaves.
        const isDue = hasSlept || this.#isHurried
        this.#isHurried = false
        if (isDue) await this.#look(signal)
      } catch (error) {
        if (signal.aborted) return
        logger.error(`the leader could not look after the bucket yet: ${messageOf(error)}`, { error })
        events.announce('error', { error })
        await pause(clock, AFTER_TROUBLE_MS, signal)
      }
    }
  }

  /**
   * Obeys the requests from before these terms: 1 LIST for all watchers that join together, and 1 GET for each request.
   */
  async #greet(signal: AbortSignal): Promise<void> {
    const joining = [...this.#watchers].filter(([, { isNew }]) => isNew)
    if (joining.length === 0) return
    const mustWait = await this.#obey(
      joining.map(([watcher]) => watcher),
      signal,
    )
    this.#mustWait ||= mustWait
    for (const [, state] of joining) state.isNew = false
  }

  async #obey(watchers: readonly Watcher[], signal: AbortSignal): Promise<boolean> {
    const pending = await this.#deps.requests.pending(signal)
    let mustWait = false
    for (const watcher of watchers) mustWait = (await this.#during(watcher, () => watcher.obey(pending))) || mustWait
    return mustWait
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock } = this.#env
    const { marker, records, reports } = this.#deps
    const bump = await marker.read(signal)
    const hasChanged = ({ shard }: Watcher): boolean => marker.hasChanged(shard)
    const watchers = [...this.#watchers.keys()]
    for (const watcher of watchers) await this.#during(watcher, () => watcher.lookAtMembers(hasChanged(watcher)))
    const isAnyChanged = watchers.some(hasChanged)
    if (isAnyChanged) await reports.look(signal)
    if (!isAnyChanged && !this.#mustWait && clock.monotonic() - this.#listedAt < BACKSTOP_MS) return
    const now = clock.monotonic()
    await records.loadAll(signal)
    const changed = records.takeChanged()
    for (const watcher of watchers) watcher.changed(changed)
    if (isAnyChanged || this.#mustWait || now - this.#obeyedAt >= REQUESTS_BACKSTOP_MS) {
      this.#mustWait = await this.#obey(watchers, signal)
      this.#obeyedAt = now
    }
    // Only now: after a failure above, the next look repeats the work.
    for (const { shard } of watchers) marker.seen(bump, shard)
    this.#listedAt = now
    await Promise.all(watchers.map((watcher) => this.#during(watcher, () => watcher.settle())))
  }

  /** A shard that is lost during the work must not keep the other shards from their work. */
  async #during<T>(watcher: Watcher, work: () => Promise<T>): Promise<T | undefined> {
    if (watcher.signal.aborted) return undefined
    try {
      return await work()
    } catch (error) {
      if (watcher.signal.aborted) return undefined
      throw error
    }
  }
}
