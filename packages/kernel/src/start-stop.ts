export interface StartStopWork<Options> {
  /** Starts the thing. When it throws, nothing is left to end. */
  readonly begin: () => Promise<void>
  /** Ends what `begin` began, also while `begin` is at it. Called as well where nothing was begun. */
  readonly end: (options: Options) => Promise<void>
}

interface Beginning {
  readonly begun: Promise<void>
  /** Resolves at the end of the stop that ended it. */
  readonly ended: Promise<void>
  readonly end: () => void
  /** A stop came after it. */
  isOvertaken: boolean
}

function nothing(): void {}

/**
 * Start and stop of one thing, called in any order and at the same time: the last call wins. A start that comes during a
 * stop waits for the end of that stop, and does nothing when another stop came after it.
 */
export class StartStop<Options = void> {
  readonly #work: StartStopWork<Options>
  #isWanted = false
  #beginning: Beginning | undefined
  #ending: Promise<void> | undefined

  constructor(work: StartStopWork<Options>) {
    this.#work = work
  }

  /** Resolves when it is started, or when a later stop has ended it. @throws what `begin` throws, unless a stop came since */
  async start(): Promise<void> {
    this.#isWanted = true
    while (this.#ending !== undefined) await this.#ending.catch(() => undefined) // stop() tells its caller
    if (!this.#isWanted) return
    const { begun, ended } = (this.#beginning ??= this.#begin())
    await Promise.race([begun, ended])
  }

  /** Resolves when it is stopped. @throws what `end` throws */
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
