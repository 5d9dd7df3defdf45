/**
 * Periodic clean-up: old outcomes of runs, and member objects of dead processes.
 *
 * The age of `cleanup.json`, by the store's own clock, tells when the last clean-up ended. So the interval holds with
 * short-lived processes, and in fleets without a leader. A process that dies during a clean-up leaves the clean-up due.
 */
import type { RunHistory } from '@s3sched/history'
import { encodeDocument, readDocument } from '@s3sched/store'
import type { EngineEnv } from '../engine-env.ts'

const KEY = 'cleanup.json'

export interface CleanUpDeps {
  /** Takes old outcomes out of the pages. */
  readonly flushOld: () => Promise<void>
  /** Moves segments into the archive. */
  readonly archive: (signal: AbortSignal) => Promise<void>
  readonly history: RunHistory | undefined
  /** Deletes the objects of members and of reports whose processes are gone. */
  readonly forgetGone: (signal: AbortSignal) => Promise<void>
}

export class CleanUp {
  readonly #env: Pick<EngineEnv, 'random' | 'store'>
  readonly #deps: CleanUpDeps
  readonly #intervalMs: number

  constructor(env: Pick<EngineEnv, 'random' | 'store'>, deps: CleanUpDeps, intervalMs: number) {
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
    const { archive, flushOld, forgetGone, history } = this.#deps
    const leftMs = await this.#leftMs(signal)
    if (leftMs !== undefined && leftMs > 0) return leftMs
    if (leftMs !== undefined) {
      await flushOld()
      await archive(signal)
      await history?.prune(undefined, { signal })
      await forgetGone(signal)
    }
    const { random, store } = this.#env
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
