import type { Clock, Logger } from '@s3sched/kernel'

export interface MemberPresenceDeps {
  /** Writes this instance's member object, with the promise to write it again at each heartbeat: 1 PUT. */
  readonly show: () => Promise<void>
  /** Called at each heartbeat while something runs. */
  readonly beat: () => Promise<void>
  /** Called when nothing runs any more. */
  readonly hide: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly heartbeatInterval: number
}

/**
 * Shows the others that this instance is alive while it runs something that does not hang on the leader's lease: its
 * member object is rewritten at each heartbeat, and when it grows stale the others declare the run lost.
 */
export class MemberPresence {
  readonly #deps: MemberPresenceDeps
  #runs = 0
  #shownAt = -Infinity
  #beating: AbortController | undefined

  constructor(deps: MemberPresenceDeps) {
    this.#deps = deps
  }

  /** Awaited before a claim: what nobody can see to be alive is soon declared lost. 1 PUT, once a heartbeat at most. */
  async show(): Promise<void> {
    const { clock, heartbeatInterval, show } = this.#deps
    const now = clock.monotonic()
    if (now - this.#shownAt < heartbeatInterval) return
    await show()
    this.#shownAt = now
  }

  /** Called when a run begins; the answer is to be called when it ends. */
  enter(): () => void {
    this.#runs++
    if (this.#beating === undefined) {
      this.#beating = new AbortController()
      void this.#beat(this.#beating.signal)
    }
    return () => {
      this.#runs--
      if (this.#runs > 0) return
      this.#beating?.abort()
      this.#beating = undefined
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { beat, clock, heartbeatInterval, hide } = this.#deps
    for (;;) {
      try {
        await clock.sleep(heartbeatInterval, signal)
      } catch {
        break // the last run ended
      }
      await this.#insist(async () => {
        await beat()
        this.#shownAt = clock.monotonic()
      })
    }
    await this.#insist(hide)
  }

  async #insist(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#deps.logger.warn('could not write the member object; runs of this instance may be declared lost', { error })
    }
  }
}
