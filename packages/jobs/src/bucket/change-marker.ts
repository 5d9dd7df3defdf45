import type { Random } from '@s3sched/kernel'
import { encodeDocument, readDocument, type ObjectStore } from '@s3sched/store'

const KEY = 'changes.json'

export interface ChangeMarkerDeps {
  readonly store: ObjectStore
  readonly random: Random
}

export interface MarkerLook {
  readonly hasChanged: boolean
  /** Called by the reader once the change is taken in; until then each look reports the change again. */
  readonly seen: () => void
}

/** The ETag of the marker as last read; `undefined` before the first bump. */
export type Bump = string | undefined

/**
 * The small object that is rewritten after every change that the leader must see: a definition, a pause, a request for
 * a run. A read without a change costs one conditional GET without a body.
 */
export class ChangeMarker {
  readonly #deps: ChangeMarkerDeps
  #last: Bump
  /** Each shard's last bump taken in. */
  readonly #seen = new Map<number, Bump>()

  constructor(deps: ChangeMarkerDeps) {
    this.#deps = deps
  }

  /** Announces a change: 1 PUT. */
  async bump(signal?: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    await store.put(KEY, encodeDocument({}, random.id()), { signal })
  }

  /**
   * Tells whether any instance, this instance included, has bumped the marker since the last look whose `seen` was
   * called: 1 GET.
   * @param shard - the shard that asks
   */
  async look(signal?: AbortSignal, shard: number = 0): Promise<MarkerLook> {
    await this.read(signal)
    const { last } = this
    return { hasChanged: this.hasChanged(shard), seen: () => this.seen(shard, last) }
  }

  /** Reads the marker: 1 GET. */
  async read(signal?: AbortSignal): Promise<void> {
    const read = await readDocument(this.#deps.store, KEY, { ifNoneMatch: this.#last, signal })
    if (read.outcome !== 'unchanged') this.#last = 'etag' in read ? read.etag : undefined
  }

  /** The bump that was read last. */
  get last(): Bump {
    return this.#last
  }

  /** True when the shard has not taken in the bump that was read last. No request. */
  hasChanged(shard: number): boolean {
    return this.#last !== this.#seen.get(shard)
  }

  /** Notes that the shard has taken in all changes up to this bump. */
  seen(shard: number, bump: Bump): void {
    this.#seen.set(shard, bump)
  }
}
