import type { Clock, Random } from '@s3sched/kernel'
import { readDocument, writeDocument, type ObjectStore, type ReadDocument } from '@s3sched/store'

import type { ServerClock } from '../server-clock.ts'

const KEY = 'changes.json'

export interface ChangeMarkerDeps {
  readonly store: ObjectStore
  readonly random: Random
  readonly clock: Clock
  readonly serverClock: ServerClock
}

export interface MarkerLook {
  readonly hasChanged: boolean
  /** To be called when the change was taken in; until then it is reported again. */
  readonly seen: () => void
}

/**
 * The small object that is rewritten by whoever changes something that the leader must see: a definition, a pause, a
 * request for a run. Reading it when nothing changed costs one conditional GET without a body.
 */
export class ChangeMarker {
  readonly #deps: ChangeMarkerDeps
  #etag: string | undefined

  constructor(deps: ChangeMarkerDeps) {
    this.#deps = deps
  }

  /** Says that something changed: 1 PUT. */
  async bump(signal?: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    await writeDocument(store, KEY, {}, random.id(), { signal })
  }

  /** Asks the store for its time, without looking at what changed: 1 GET. */
  async ask(): Promise<void> {
    await this.#read(undefined)
  }

  /**
   * Whether somebody, this instance included, has bumped it since what was last {@link MarkerLook.seen}: 1 GET.
   */
  async look(signal?: AbortSignal): Promise<MarkerLook> {
    const read = await this.#read(signal)
    const etag = 'etag' in read ? read.etag : undefined
    const hasChanged = read.outcome !== 'unchanged' && etag !== this.#etag
    return { hasChanged, seen: () => void (this.#etag = hasChanged ? etag : this.#etag) }
  }

  async #read(signal: AbortSignal | undefined): Promise<ReadDocument> {
    const { clock, serverClock, store } = this.#deps
    const sentAt = clock.monotonic()
    const read = await readDocument(store, KEY, { ifNoneMatch: this.#etag, signal })
    serverClock.observe(read.serverTime, sentAt)
    return read
  }
}
