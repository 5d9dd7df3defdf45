import { archiveSegments, deleteArchived, DELETE_AFTER_MS, type WrittenReceipt } from '@s3sched/history/archive'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'

/** Flushes that make a pass worth its requests while a day goes on; the archive takes no fewer segments. */
const MANY_MOVES = 8

const DAY_MS = 86_400_000
/** The archive waits as long for the last outcomes of a day. */
const GRACE_MS = 900_000
/** A pass an hour, and no more. */
const PASS_MS = 3_600_000

interface LastPass {
  readonly moves: number
  readonly day: number
  /** By the monotonic clock. */
  readonly at: number
  /** The pass left segments of another process to delete. */
  readonly leftOthers: boolean
}

/**
 * Moves segments into the archive, whose protocol is in `archive-segments` of the history. Two instances at once do no
 * harm.
 *
 * A pass lists the segments and the archive, and an idle fleet should not pay for that. So a look makes a pass only when
 * the last is an hour old and this process has made many segments since, or a few and the day is over, or when the last
 * pass has left segments of another process to delete. The segments of other instances wait for such a pass, or for the
 * clean-up, which always makes one.
 *
 * The segments of a pass go ten minutes later, by what this process remembers, without a LIST. Until then a query reads
 * them besides the archive. After a crash a later pass deletes them.
 *
 * The look and the clean-up may want a pass at the same instant, and share one. Two passes would write each day twice,
 * and again each night: a day that is written each night never grows old enough for a prune.
 */
export class Archiver {
  readonly #env: EngineEnv
  readonly #bucket: Pick<Bucket, 'flusher' | 'history'>
  /** `undefined`: no pass yet, so nothing is known of the segments of earlier leaders. */
  #last: LastPass | undefined
  #waiting: readonly { readonly receipt: WrittenReceipt; readonly ripeAt: number }[] = []
  #pass: Promise<void> | undefined

  constructor(env: EngineEnv, bucket: Pick<Bucket, 'flusher' | 'history'>) {
    this.#env = env
    this.#bucket = bucket
  }

  /** @returns the time until the next look, in ms @throws StoreError */
  async look(signal: AbortSignal): Promise<number> {
    await this.#deleteRipe(signal)
    if (this.#isDue()) await this.archive(signal)
    const now = this.#env.clock.monotonic()
    const sinceLast = this.#last === undefined ? 0 : (now - this.#last.at) % PASS_MS
    return Math.max(0, Math.min(PASS_MS - sinceLast, ...this.#waiting.map(({ ripeAt }) => ripeAt - now)))
  }

  /** One pass, or the rest of the pass under way: 3 LIST without work. @throws StoreError */
  async archive(signal: AbortSignal): Promise<void> {
    const isMade = this.#pass === undefined ? false : await this.#isMade(this.#pass)
    if (isMade) return
    signal.throwIfAborted()
    await (this.#pass ??= this.#archive(signal).finally(() => void (this.#pass = undefined)))
  }

  /** The caller of a failed pass is told of the failure. */
  #isMade(pass: Promise<void>): Promise<boolean> {
    return pass.then(
      () => true,
      () => false,
    )
  }

  async #archive(signal: AbortSignal): Promise<void> {
    const { flusher, history } = this.#bucket
    if (history === undefined) return
    const { logger, random, serverClock, store } = this.#env
    const [moves, day, at] = [flusher.moves, this.#day(), this.#env.clock.monotonic()]
    const deps = { store, clock: serverClock.shared(), random, logger, own: flusher.own }
    const { receipts, waitingSegments } = await archiveSegments(deps, { signal })
    const ripeAt = this.#env.clock.monotonic() + DELETE_AFTER_MS
    this.#waiting = [...this.#waiting, ...receipts.map((receipt) => ({ receipt, ripeAt }))]
    const own = this.#waiting.reduce((sum, { receipt }) => sum + receipt.segments.length, 0)
    this.#last = { moves, day, at, leftOthers: waitingSegments > own }
  }

  async #deleteRipe(signal: AbortSignal): Promise<void> {
    const now = this.#env.clock.monotonic()
    const ripe = this.#waiting.filter(({ ripeAt }) => ripeAt <= now)
    const receipts = ripe.map(({ receipt }) => receipt)
    await deleteArchived(this.#env.store, receipts, { signal })
    this.#waiting = this.#waiting.filter((each) => !ripe.includes(each))
  }

  #isDue(): boolean {
    const last = this.#last
    if (last === undefined) return true
    if (this.#env.clock.monotonic() - last.at < PASS_MS) return false
    const moves = this.#bucket.flusher.moves - last.moves
    return last.leftOthers || moves >= MANY_MOVES || (moves > 0 && this.#day() > last.day)
  }

  /** The day whose outcomes may still be on their way, counted from 1970. */
  #day(): number {
    return Math.floor((this.#env.serverClock.sharedNow() - GRACE_MS) / DAY_MS)
  }
}
