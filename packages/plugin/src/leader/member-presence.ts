/**
 * What a run hangs on that was not claimed on a leader's lease: this instance's member object, rewritten at each heartbeat
 * while something runs. When it grows stale, by the store's clock, the others declare the run lost and start the next.
 *
 * So it is a lease in all but name, and is trusted like one: for two heartbeats after the last successful write was
 * *sent*, while the others wait for three. An instance that can't write it any more, or that stood still, ends its own
 * runs before anybody else may begin.
 */
import { CancelledError } from '@s3sched/executor'
import { createSharedAbort, type Clock, type Logger } from '@s3sched/kernel'
import { elapsedAtMost, takeReading, type Reading } from '@s3sched/lock'

export interface MemberPresenceDeps {
  /** Writes this instance's member object, with the promise to write it again at each heartbeat: 1 PUT. */
  readonly show: () => Promise<void>
  /** Called at each heartbeat while something runs. */
  readonly beat: () => Promise<void>
  /** Called when nothing runs any more: 1 PUT, without that promise. */
  readonly hide: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly heartbeatInterval: number
}

/** For how many heartbeats the others believe in a write; they wait for one more. */
const TRUSTED_HEARTBEATS = 2
/** After a write that failed, in ms; it is tried again sooner than after one that succeeded. */
const RETRY_MS = 500
const BEGUN = 'a run began, or the instance leaves'

/** From the moment in which a run begins here to its end. */
export interface Presence {
  /** Aborts when the others may believe that this instance is gone. */
  readonly signal: AbortSignal
  isTrusted(): boolean
  leave(): void
}

export class MemberPresence {
  readonly #deps: MemberPresenceDeps
  #runs = 0
  /** When the last successful write was sent. */
  #shownAt: Reading | undefined
  /** The write that claims wait for. */
  #showing: Promise<void> | undefined
  #trust = createSharedAbort()
  #beating: AbortController | undefined
  /** When a claim asked for it last, by the monotonic clock. */
  #askedAt = -Infinity
  /** While it is shown and nothing runs. */
  #hiding: AbortController | undefined
  #hasLeft = false

  constructor(deps: MemberPresenceDeps) {
    this.#deps = deps
  }

  /** Awaited before a claim: what nobody can see to be alive is soon declared lost. 1 PUT, once a heartbeat at most. */
  async show(): Promise<void> {
    this.#askedAt = this.#deps.clock.monotonic()
    try {
      if (this.#sinceShownMs() < this.#deps.heartbeatInterval) return
      // Many claims at once need one write.
      this.#showing ??= this.#write().finally(() => (this.#showing = undefined))
      await this.#showing
    } finally {
      // A claim that is lost begins no run, whose end would hide it.
      if (this.#runs === 0) this.#hideSoon()
    }
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

  /** The instance leaves: its member object is not written any more. */
  stop(): void {
    this.#hasLeft = true
    this.#endHiding()
  }

  /** Hides it once no claim can be under way that was promised its presence. */
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
    const { clock, heartbeatInterval, hide, logger } = this.#deps
    const leftMs = (): number => this.#askedAt + heartbeatInterval - clock.monotonic()
    try {
      while (leftMs() > 0) await clock.sleep(leftMs(), signal)
    } catch {
      return // a run began
    }
    this.#hiding = undefined
    // The next run shows it again: what is hidden is believed in for longer.
    this.#shownAt = undefined
    await hide().catch((error: unknown) => logger.warn('could not write the member object', { error }))
  }

  #sinceShownMs(): number {
    return this.#shownAt === undefined ? Infinity : elapsedAtMost(this.#shownAt, takeReading(this.#deps.clock))
  }

  #trustLeftMs(): number {
    return TRUSTED_HEARTBEATS * this.#deps.heartbeatInterval - this.#sinceShownMs()
  }

  async #write(): Promise<void> {
    const sentAt = takeReading(this.#deps.clock)
    // Trust that has ended does not come back with a later write.
    if (this.#beating !== undefined && this.#trustLeftMs() <= 0) this.#endTrust()
    await this.#deps.show()
    this.#shownAt = sentAt
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { beat, clock, heartbeatInterval, logger } = this.#deps
    const sleep = (ms: number): Promise<boolean> =>
      clock.sleep(ms, signal).then(
        () => true,
        () => false, // the last run ended
      )
    for (let wait = heartbeatInterval; await sleep(wait);) {
      try {
        await this.#write()
        wait = heartbeatInterval
        await beat()
      } catch (error) {
        wait = Math.min(RETRY_MS, heartbeatInterval)
        logger.warn('could not write the member object; runs of this instance end soon unless it succeeds', { error })
      }
    }
  }

  async #expire(ended: AbortSignal, trust: AbortController): Promise<void> {
    const { clock, heartbeatInterval } = this.#deps
    for (let left = this.#trustLeftMs(); left > 0 && !trust.signal.aborted; left = this.#trustLeftMs()) {
      try {
        // Not in one piece: a sleep does not notice that the machine was suspended.
        await clock.sleep(Math.min(left, heartbeatInterval / 4), ended)
      } catch {
        return // the last run ended
      }
    }
    if (this.#trust === trust) this.#endTrust()
  }

  /** What begins from now on needs a write of its own. */
  #endTrust(): void {
    this.#trust.abort(new CancelledError('lease-lost'))
    this.#beating?.abort()
    this.#beating = undefined
    this.#shownAt = undefined
  }
}
