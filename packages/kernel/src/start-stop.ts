export interface StartStopWork<Options> {
  /** Starts the thing. A `begin` that throws leaves nothing to end. */
  readonly begin: () => Promise<void>
  /** Ends the work of `begin`, also while `begin` still runs. Called also when nothing was begun. */
  readonly end: (options: Options) => Promise<void>
}

interface Beginning {
  readonly begun: Promise<void>
  /** Resolves at the end of the stop of this beginning. */
  readonly ended: Promise<void>
  readonly end: () => void
  /** True once a stop came after this beginning. */
  isOvertaken: boolean
}

function nothing(): void {}

/**
 * Start and stop of one thing, called in any order and at the same time: the last call wins. A start during a stop
 * waits for the end of the stop, and does nothing when another stop came after the start.
 */
export class StartStop<Options = void> {
  readonly #work: StartStopWork<Options>
  #isWanted = false
  #beginning: Beginning | undefined
  #ending: Promise<void> | undefined

  constructor(work: StartStopWork<Options>) {
    this.#work = work
  }

  /**
   * Resolves when the thing is started, or when a later stop has ended the start.
   * @throws the error of `begin`, unless a stop came since
   */
  async start(): Promise<void> {
    this.#isWanted = true
    while (this.#ending !== undefined) await this.#ending.catch(() => undefined) // stop() tells its caller
    if (!this.#isWanted) return
    const { begun, ended } = (this.#beginning ??= this.#begin())
    await Promise.race([begun, ended])
  }

  /** Resolves when the thing is stopped. @throws the error of `end` */
  async stop(options: Options): Promise<void> {
    this.#isWanted = false
    this.#ending ??= this.#end(options)
    await this.#ending
  }

  #begin(): Beginning {
    let end = nothing
    const ended = new Promise<void>((resolve) => (end = resolve))
    const begun = this.#work.begin().catch((error: unknown) => {
      if (beginning.isOvertaken) return ended
      this.#beginning = undefined
      throw error
    })
    const beginning: Beginning = { begun, ended, end, isOvertaken: false }
    return beginning
  }

  async #end(options: Options): Promise<void> {
    if (this.#beginning !== undefined) this.#beginning.isOvertaken = true
    try {
      await this.#work.end(options)
    } finally {
      this.#beginning?.end()
      this.#beginning = undefined
      this.#ending = undefined
    }
  }
}
