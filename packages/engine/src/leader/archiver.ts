import { archiveSegments } from '@s3sched/history/archive'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'

/** Flushes that make a pass worth its requests while a day goes on; the archive takes no fewer segments. */
const MANY_MOVES = 16

const DAY_MS = 86_400_000
/** The archive waits as long for the last outcomes of a day. */
const GRACE_MS = 900_000

/**
 * Moves segments into the archive, whose protocol is in `archive-segments` of the history. Two instances at once do no
 * harm.
 *
 * A pass lists the segments and the archive, and an idle fleet should not pay for that. So the hourly look makes a pass
 * only when this process has made many segments since the last pass, or a few and the day is over, or when the last pass
 * has left segments to delete. The segments of other instances wait for such a pass, or for the clean-up, which always
 * makes one.
 */
export class Archiver {
  readonly #env: EngineEnv
  readonly #bucket: Pick<Bucket, 'flusher' | 'history'>
  /** `undefined`: no pass yet, so nothing is known of the segments of earlier leaders. */
  #last: { readonly moves: number; readonly day: number; readonly hasWaiting: boolean } | undefined

  constructor(env: EngineEnv, bucket: Pick<Bucket, 'flusher' | 'history'>) {
    this.#env = env
    this.#bucket = bucket
  }

  /** @throws StoreError */
  async archiveIfDue(signal: AbortSignal): Promise<void> {
    if (this.#isDue()) await this.archive(signal)
  }

  /** One pass: 3 LIST without work. @throws StoreError */
  async archive(signal: AbortSignal): Promise<void> {
    const { flusher, history } = this.#bucket
    if (history === undefined) return
    const { logger, random, serverClock, store } = this.#env
    const [moves, day] = [flusher.moves, this.#day()]
    const clock = serverClock.shared()
    const { waitingSegments } = await archiveSegments({ store, clock, random, logger }, { signal })
    this.#last = { moves, day, hasWaiting: waitingSegments > 0 }
  }

  #isDue(): boolean {
    const last = this.#last
    if (last === undefined || last.hasWaiting) return true
    const moves = this.#bucket.flusher.moves - last.moves
    return moves >= MANY_MOVES || (moves > 0 && this.#day() > last.day)
  }

  /** The day whose outcomes may still be on their way, counted from 1970. */
  #day(): number {
    return Math.floor((this.#env.serverClock.sharedNow() - GRACE_MS) / DAY_MS)
  }
}
