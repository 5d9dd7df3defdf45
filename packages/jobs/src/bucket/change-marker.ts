import { orLate, type Clock, type Random } from '@s3sched/kernel'
import { encodeDocument, readDocument, type ObjectStore } from '@s3sched/store'

const KEY = 'changes.json'
/** The time of a shared PUT until the next goes beside, in ms: by its contract, a store answers earlier. */
const PUT_MS = 10_000

export interface ChangeMarkerDeps {
  readonly clock: Clock
  readonly store: ObjectStore
  readonly random: Random
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
  /** The last shared PUT, until its end. */
  #underWay: Promise<unknown> = Promise.resolve()
  /** The shared PUT after that one. */
  #next: Promise<void> | undefined

  constructor(deps: ChangeMarkerDeps) {
    this.#deps = deps
  }

  /**
   * Announces a change: 1 PUT, shared by all changes that wait for a PUT. A thousand of them at a time would otherwise
   * write the same object a thousand times, and a store may take no more than one such write a second.
   * @param signal - ends the PUT, which no other change shares then
   */
  bump(signal?: AbortSignal): Promise<void> {
    return signal === undefined ? (this.#next ??= this.#putNext()) : this.#put(signal)
  }

  /**
   * A PUT under way may have arrived before the change, so another one follows. A silent PUT keeps no later change
   * waiting: two at a time do no harm.
   */
  async #putNext(): Promise<void> {
    await orLate(this.#deps.clock, PUT_MS, this.#underWay)
    this.#next = undefined
    const put = this.#put()
    this.#underWay = put.catch(() => undefined)
    await put
  }

  async #put(signal?: AbortSignal): Promise<void> {
    const { random, store } = this.#deps
    await store.put(KEY, encodeDocument({}, random.id()), { signal })
  }

  /** Reads the last bump of any instance, this instance included: 1 GET. */
  async read(signal?: AbortSignal): Promise<Bump> {
    const read = await readDocument(this.#deps.store, KEY, { ifNoneMatch: this.#last, signal })
    if (read.outcome !== 'unchanged') this.#last = 'etag' in read ? read.etag : undefined
    return this.#last
  }

  /** True until the bump that was read last is {@link seen} for the shard. No request. */
  hasChanged(shard: number = 0): boolean {
    return this.#last !== this.#seen.get(shard)
  }

  /** Notes that all changes up to this bump are taken in for the shard. */
  seen(bump: Bump, shard: number = 0): void {
    this.#seen.set(shard, bump)
  }
}
