/**
 * What a leader looks at besides its ticks: the change marker every 15 s, and the whole list every 10 minutes in case a bump
 * was lost. A process that leads several shards looks once for all of them.
 */
import { createSharedAbort, messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { SchedulerEmitter } from '../events.ts'
import type { ChangedRecord, JobBook } from '../job/job-book.ts'
import type { ChangeMarker } from './change-marker.ts'
import type { RunRequest, RunRequests } from './run-requests.ts'

/** One shard's part of a look. Its methods throw the store's error, and the whole is done again at the next look. */
export interface Watcher {
  readonly shard: number
  /** Aborts when it does not lead any more. */
  readonly signal: AbortSignal
  /** Called at each look. @param haveChanged - members may have come or gone, and have said so */
  lookAtMembers(haveChanged: boolean): Promise<void>
  changed(records: readonly ChangedRecord[]): void
  /** @returns whether a request has to wait for a run that goes on elsewhere */
  obey(requests: readonly RunRequest[]): Promise<boolean>
  /** Everything that changed is decided upon. */
  settle(): Promise<void>
}

export interface BucketWatchDeps {
  readonly book: JobBook
  readonly marker: ChangeMarker
  readonly requests: RunRequests
  readonly clock: Clock
  readonly events: SchedulerEmitter
  readonly logger: Logger
}

export const WATCH_MS = 15_000
const AFTER_TROUBLE_MS = 1000
const WOKEN = 'woken early, on purpose'
const BACKSTOP_MS = 600_000
/** Who places a request bumps the marker, or is told that it could not; only a crash in between needs this look. */
const REQUESTS_BACKSTOP_MS = 3_600_000

export class BucketWatch {
  readonly #deps: BucketWatchDeps
  readonly #watchers = new Map<Watcher, { isNew: boolean }>()
  #stopping: AbortController | undefined
  #listedAt = 0
  #obeyedAt = 0
  #mustWait = false
  #wake = new AbortController()

  constructor(deps: BucketWatchDeps) {
    this.#deps = deps
  }

  /**
   * Looks for this one, too, until its signal aborts. It has just seen all jobs; what was asked for while nobody led is looked at
   * now.
   */
  join(watcher: Watcher): void {
    if (watcher.signal.aborted) return
    const now = this.#deps.clock.monotonic()
    this.#watchers.set(watcher, { isNew: true })
    watcher.signal.addEventListener('abort', () => this.#leave(watcher), { once: true })
    this.#wake.abort(WOKEN)
    if (this.#stopping !== undefined) return
    this.#listedAt = now
    this.#obeyedAt = now
    this.#mustWait = false
    this.#stopping = createSharedAbort()
    void this.#run(this.#stopping.signal)
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size > 0) return
    this.#stopping?.abort()
    this.#stopping = undefined
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, events, logger } = this.#deps
    const onEnd = (): void => this.#wake.abort(WOKEN)
    signal.addEventListener('abort', onEnd, { once: true })
    while (!signal.aborted) {
      this.#wake = new AbortController()
      try {
        await this.#greet(signal)
        const isDue = await clock.sleep(WATCH_MS, this.#wake.signal).then(
          () => true,
          () => false, // another one joins, or the last one leaves
        )
        if (isDue) await this.#look(signal)
      } catch (error) {
        if (signal.aborted) return
        logger.error(`the leader could not look after the bucket yet: ${messageOf(error)}`, { error })
        events.announce('error', { error })
        await clock.sleep(AFTER_TROUBLE_MS, this.#wake.signal).catch(() => undefined) // ends with the loop's condition
      }
    }
  }

  /** Obeys what was asked for before these led: 1 LIST for all that join together, and 1 GET for each request. */
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
    const { book, clock, marker } = this.#deps
    await marker.read(signal)
    const hasChanged = ({ shard }: Watcher): boolean => marker.hasChanged(shard)
    const watchers = [...this.#watchers.keys()]
    for (const watcher of watchers) await this.#during(watcher, () => watcher.lookAtMembers(hasChanged(watcher)))
    const isAnyChanged = watchers.some(hasChanged)
    if (!isAnyChanged && !this.#mustWait && clock.monotonic() - this.#listedAt < BACKSTOP_MS) return
    const now = clock.monotonic()
    const seen = marker.last
    const { changed } = await book.list(signal)
    for (const watcher of watchers) watcher.changed(changed)
    if (isAnyChanged || this.#mustWait || now - this.#obeyedAt >= REQUESTS_BACKSTOP_MS) {
      this.#mustWait = await this.#obey(watchers, signal)
      this.#obeyedAt = now
    }
    // Only now: what failed above is done again at the next look.
    for (const { shard } of watchers) marker.seen(shard, seen)
    this.#listedAt = now
    await Promise.all(watchers.map((watcher) => this.#during(watcher, () => watcher.settle())))
  }

  /** A shard that is not led any more must not keep the others from what they do. */
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
