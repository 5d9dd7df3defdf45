/**
 * Periodic clean-up: old outcomes of runs, and member objects of dead processes.
 *
 * The age of `cleanup.json`, by the store's own clock, tells when the last clean-up ended. So the interval holds with
 * short-lived processes, and in fleets without a leader. A process that dies during a clean-up leaves the clean-up due.
 */
import { encodeDocument, readDocument } from '@s3sched/store'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Members } from '../fleet/members.ts'
import type { Archiver } from './archiver.ts'

const KEY = 'cleanup.json'

export interface CleanUpDeps {
  readonly archiver: Pick<Archiver, 'archive'>
  readonly bucket: Pick<Bucket, 'flusher' | 'history' | 'live'>
  readonly members: Pick<Members, 'forget'>
}

export class CleanUp {
  readonly #env: Pick<EngineEnv, 'random' | 'serverClock' | 'store'>
  readonly #deps: CleanUpDeps
  readonly #intervalMs: number

  constructor(env: Pick<EngineEnv, 'random' | 'serverClock' | 'store'>, deps: CleanUpDeps, intervalMs: number) {
    this.#env = env
    this.#deps = deps
    this.#intervalMs = intervalMs
  }

  /**
   * Cleans up when due; 1 GET otherwise. A bucket without `cleanup.json` is new: the file is written, and nothing is
   * deleted.
   * @returns the ms until the next clean-up is due
   * @throws the store's error
   */
  async doIfDue(signal: AbortSignal): Promise<number> {
    const { archiver, bucket, members } = this.#deps
    const { random, serverClock, store } = this.#env
    const leftMs = await this.#leftMs(signal)
    if (leftMs !== undefined && leftMs > 0) return leftMs
    if (leftMs !== undefined) {
      // A pass must not wait for other writes.
      await bucket.flusher.flushOld(() => true, 0)
      await archiver.archive(signal)
      await bucket.history?.prune(undefined, { signal })
      await members.forget()
      await bucket.live.forget(serverClock.sharedNow(), signal)
    }
    await store.put(KEY, encodeDocument({}, random.id()), { signal })
    return this.#intervalMs
  }

  /** `undefined` where `cleanup.json` is missing. */
  async #leftMs(signal: AbortSignal): Promise<number | undefined> {
    const noted = await readDocument(this.#env.store, KEY, { signal })
    if (noted.outcome === 'missing' || noted.outcome === 'unchanged') return undefined
    const { lastModified, serverTime } = noted
    return lastModified === undefined || serverTime === undefined ? 0 : lastModified + this.#intervalMs - serverTime
  }
}
