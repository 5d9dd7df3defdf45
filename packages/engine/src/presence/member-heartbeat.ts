/**
 * The authority of a run without a leader's lease: this instance's member object, rewritten at each heartbeat while a
 * run goes on. When the object grows stale, by the store's clock, other instances declare the run lost and start the
 * next run.
 *
 * So the member object is a lease in all but name, and is trusted like a lease: for two heartbeats after the last
 * successful write was *sent*, while the other instances wait for three. An instance that can't write the member object
 * any more, or stood still, ends all own runs before any other instance may begin.
 */
import { CancelledError } from '@s3sched/executor'
import { createSharedAbort, elapsedAtMost, takeReading, type Reading } from '@s3sched/kernel'
import type { EngineEnv } from '../engine-env.ts'

export interface MemberHeartbeatDeps {
  /** Writes the own member object, with the promise of a write at each heartbeat: 1 PUT. */
  readonly show: () => Promise<void>
  /** Called at each heartbeat while a run goes on. */
  readonly beat: () => Promise<void>
  /** Called when the last run has ended: 1 PUT, without the promise. */
  readonly hide: () => Promise<void>
}

/** Heartbeats during which an instance trusts the own write; other instances wait for a heartbeat more. */
const TRUSTED_HEARTBEATS = 2
/** The pause after a failed write, in ms; shorter than after a successful write. */
const RETRY_MS = 500
const BEGUN = 'a run began, or the instance leaves'

/** The presence of one run, from begin to end. */
export interface Presence {
  /** Aborts when other instances may believe the instance gone. */
  readonly signal: AbortSignal
  isTrusted(): boolean
  leave(): void
}

export class MemberHeartbeat {
  readonly #env: Pick<EngineEnv, 'clock' | 'logger'>
  readonly #deps: MemberHeartbeatDeps
  readonly #heartbeatMs: number
  #runs = 0
  #claims = 0
  /** When the last successful write was sent. */
  #shownAt: Reading | undefined
  /** The write that claims wait for. */
  #showing: Promise<void> | undefined
  #trust = createSharedAbort()
  #beating: AbortController | undefined
  /** When a claim was last told that the object is shown, by the monotonic clock. */
  #askedAt = -Infinity
  /** Set while the object is shown and nothing runs. */
  #hiding: AbortController | undefined
  #hasLeft = false

  constructor(env: Pick<EngineEnv, 'clock' | 'logger'>, deps: MemberHeartbeatDeps, heartbeatMs: number) {
    this.#env = env
    this.#deps = deps
    this.#heartbeatMs = heartbeatMs
  }

  /**
   * Awaited before a claim: a run of an instance without a fresh member object is soon declared lost. 1 PUT, once a
   * heartbeat at most.
   */
  async show(): Promise<void> {
    try {
      if (this.#sinceShownMs() < this.#heartbeatMs) return
      // Many claims at once need one write.
      this.#showing ??= this.#write().finally(() => (this.#showing = undefined))
      await this.#showing
    } finally {
      this.#askedAt = this.#env.clock.monotonic()
      // A lost claim begins no run, so no end of a run would hide the object.
      if (this.#runs === 0) this.#hideSoon()
    }
  }

  /**
   * Called when a claim begins. The object is not hidden before the answer: the claim may have landed, and a process that
   * dies with a hidden object would hold the job for long.
   * @returns ends the claim; to be called once
   */
  claim(): () => void {
    this.#claims++
    return () => void this.#claims--
  }

  /** Called when a run begins. */
  enter(): Presence {
    this.#runs++
    this.#endHiding()
    if (this.#beating === undefined) {
      this.#beating = new AbortController()
      this.#trust = createSharedAbort()
      void this.#beat(this.#beating.signal)
      void this.#expire(this.#beating.signal, this.#trust)
    }
    const { signal } = this.#trust
    return {
      signal,
      isTrusted: () => !signal.aborted && this.#trustLeftMs() > 0,
      leave: () => {
        this.#runs--
        if (this.#runs > 0) return
        this.#beating?.abort()
        this.#beating = undefined
        this.#hideSoon()
      },
    }
  }

  /** The instance leaves: the member object is not written any more. */
  stop(): void {
    this.#hasLeft = true
    this.#endHiding()
  }

  /** Hides the object once no claim that relies on its presence can be under way. */
  #hideSoon(): void {
    if (this.#hiding !== undefined || this.#hasLeft) return
    this.#hiding = new AbortController()
    void this.#hide(this.#hiding.signal)
  }

  #endHiding(): void {
    this.#hiding?.abort(BEGUN)
    this.#hiding = undefined
  }

  async #hide(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#env
    const leftMs = (): number => {
      const isNeeded = this.#claims > 0 || this.#showing !== undefined
      return isNeeded ? this.#heartbeatMs : this.#askedAt + this.#heartbeatMs - clock.monotonic()
    }
    try {
      while (leftMs() > 0) await clock.sleep(leftMs(), signal)
    } catch {
      return // a run began
    }
    this.#hiding = undefined
    // The next run shows the object again, since other instances wait longer for a hidden object.
    this.#shownAt = undefined
    await this.#deps.hide().catch((error: unknown) => logger.warn('could not write the member object', { error }))
  }

  #sinceShownMs(): number {
    return this.#shownAt === undefined ? Infinity : elapsedAtMost(this.#shownAt, takeReading(this.#env.clock))
  }

  #trustLeftMs(): number {
    return TRUSTED_HEARTBEATS * this.#heartbeatMs - this.#sinceShownMs()
  }

  async #write(): Promise<void> {
    const sentAt = takeReading(this.#env.clock)
    // Ended trust does not come back with a later write.
    if (this.#beating !== undefined && this.#trustLeftMs() <= 0) this.#endTrust()
    await this.#deps.show()
    this.#shownAt = sentAt
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#env
    const heartbeatMs = this.#heartbeatMs
    const sleep = (ms: number): Promise<boolean> =>
      clock.sleep(ms, signal).then(
        () => true,
        () => false, // the last run ended
      )
    for (let wait = heartbeatMs; await sleep(wait);) {
      try {
        await this.#write()
        wait = heartbeatMs
        await this.#deps.beat()
      } catch (error) {
        wait = Math.min(RETRY_MS, heartbeatMs)
        logger.warn('could not write the member object; runs of this instance end soon unless it succeeds', { error })
      }
    }
  }

  async #expire(ended: AbortSignal, trust: AbortController): Promise<void> {
    const { clock } = this.#env
    for (let left = this.#trustLeftMs(); left > 0 && !trust.signal.aborted; left = this.#trustLeftMs()) {
      try {
        // Not in one piece: a sleep does not notice a suspended machine.
        await clock.sleep(Math.min(left, this.#heartbeatMs / 4), ended)
      } catch {
        return // the last run ended
      }
    }
    if (this.#trust === trust) this.#endTrust()
  }

  /** Later runs need a new write. */
  #endTrust(): void {
    this.#trust.abort(new CancelledError('lease-lost'))
    this.#beating?.abort()
    this.#beating = undefined
    this.#shownAt = undefined
  }
}
