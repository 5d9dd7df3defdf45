/**
 * Clean-up that is due now and then: old run records, and member objects of processes that died.
 *
 * `cleanup.json` tells when it was done last, by the store's own clock, so that it is done when it is due however short processes live,
 * and by one of those that nobody leads. A process that dies in the midst of it leaves it due.
 */
import type { History } from '@s3sched/history'
import type { Random } from '@s3sched/kernel'
import { readDocument, writeDocument, type ObjectStore } from '@s3sched/store'

const KEY = 'cleanup.json'

export interface CleanUpDeps {
  readonly store: ObjectStore
  readonly random: Random
  readonly history: History | undefined
  /** Deletes the objects of members that are long gone. */
  readonly forgetMembers: () => Promise<void>
  readonly intervalMs: number
}

export class CleanUp {
  readonly #deps: CleanUpDeps

  constructor(deps: CleanUpDeps) {
    this.#deps = deps
  }

  /**
   * Cleans up if that is due: 1 GET where it is not. A bucket in which it was never done is new.
   * @returns in how many ms it is due again
   * @throws the store's error
   */
  async doIfDue(signal: AbortSignal): Promise<number> {
    const { forgetMembers, history, intervalMs } = this.#deps
    const leftMs = await this.#leftMs(signal)
    if (leftMs !== undefined && leftMs > 0) return leftMs
    if (leftMs !== undefined) {
      await history?.prune(undefined, { signal })
      await forgetMembers()
    }
    const { random, store } = this.#deps
    await writeDocument(store, KEY, {}, random.id(), { signal })
    return intervalMs
  }

  /** `undefined` where nobody has noted anything. */
  async #leftMs(signal: AbortSignal): Promise<number | undefined> {
    const { intervalMs, store } = this.#deps
    const noted = await readDocument(store, KEY, { signal })
    if (noted.outcome === 'missing' || noted.outcome === 'unchanged') return undefined
    const { lastModified, serverTime } = noted
    return lastModified === undefined || serverTime === undefined ? 0 : lastModified + intervalMs - serverTime
  }
}
