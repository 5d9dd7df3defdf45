import type { Random } from '@s3sched/kernel'
import { readDocument, writeDocument, type ObjectStore } from '@s3sched/store'

const KEY = 'changes.json'

export interface ChangeMarkerDeps {
  readonly store: ObjectStore
  readonly random: Random
}

export interface MarkerLook {
  readonly hasChanged: boolean
  /** To be called when the change was taken in; until then it is reported again. */
  readonly seen: () => void
}

/** Which bump of the marker was read; `undefined` before the first. */
export type Bump = string | undefined

/**
 * The small object that is rewritten by whoever changes something that the leader must see: a definition, a pause, a
 * request for a run. Reading it when nothing changed costs one conditional GET without a body.
 */
export class ChangeMarker {
  readonly #deps: ChangeMarkerDeps
  #last: Bump
  /** What each shard has taken in. */
  readonly #seen = new Map<number, Bump>()

  constructor(deps: ChangeMarkerDeps) {
    this.#deps = deps
  }

  /** Says that something changed: 1 PUT. */
  async bump(signal?: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    await writeDocument(store, KEY, {}, random.id(), { signal })
  }

  /**
   * Whether somebody, this instance included, has bumped it since what was last {@link MarkerLook.seen}: 1 GET.
   * @param shard - for which it was seen
   */
  async look(signal?: AbortSignal, shard: number = 0): Promise<MarkerLook> {
    await this.read(signal)
    const { last } = this
    return { hasChanged: this.hasChanged(shard), seen: () => this.seen(shard, last) }
  }

  /** Reads it: 1 GET. */
  async read(signal?: AbortSignal): Promise<void> {
    const read = await readDocument(this.#deps.store, KEY, { ifNoneMatch: this.#last, signal })
    if (read.outcome !== 'unchanged') this.#last = 'etag' in read ? read.etag : undefined
  }

  /** What was read last. */
  get last(): Bump {
    return this.#last
  }

  /** Whether what was read last is not what the shard has taken in. No request. */
  hasChanged(shard: number): boolean {
    return this.#last !== this.#seen.get(shard)
  }

  /** The shard has taken in what changed up to this bump. */
  seen(shard: number, bump: Bump): void {
    this.#seen.set(shard, bump)
  }
}
