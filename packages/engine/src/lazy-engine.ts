import { asSchedulerError } from '@s3sched/jobs'
import type { Logger } from '@s3sched/kernel'
import type { EngineLife } from './engine-life.ts'
import type { Engine } from './engine.ts'

/** An engine, and the end of its store. */
export interface OpenedEngine {
  readonly core: Engine
  /** Closes the store, where it was opened for the engine. */
  readonly close: () => Promise<void>
}

/** An opening of an engine, from its first use to its close. */
export interface Opening {
  /** Rejects where the store can't be opened; the callers of `open` get the error. */
  readonly opened: Promise<OpenedEngine>
  /** Ends the wait for the store's first answers. No effect on an opened store. */
  readonly giveUp: AbortController
}

/**
 * An engine that the first use opens, so that a scheduler used only for views touches no bucket. After a close the next
 * use opens a new engine.
 */
export class LazyEngine implements EngineLife {
  readonly #make: (signal: AbortSignal) => Promise<OpenedEngine>
  readonly #logger: Pick<Logger, 'warn'>
  #opening: Opening | undefined
  #core: Engine | undefined

  /** @param make - gives up with the reason of its signal */
  constructor(make: (signal: AbortSignal) => Promise<OpenedEngine>, logger: Pick<Logger, 'warn'>) {
    this.#make = make
    this.#logger = logger
  }

  /** The engine of the last opening in use, for views without a request; also after its close. */
  get core(): Engine | undefined {
    return this.#core
  }

  /** The present opening; `undefined` for none. */
  get opening(): Opening | undefined {
    return this.#opening
  }

  /** @throws SchedulerError; the next call tries again */
  async open(): Promise<Engine> {
    const opening = (this.#opening ??= this.#begin())
    try {
      return (await opening.opened).core
    } catch (error) {
      this.#forget(opening)
      throw asSchedulerError('STORE', error)
    }
  }

  /** Closes the store of an opening, and of no later one. Never rejects: a failure is logged. */
  async close(opening: Opening | undefined): Promise<void> {
    this.#forget(opening)
    const opened = await opening?.opened.catch(() => undefined)
    try {
      await opened?.close()
    } catch (error) {
      this.#logger.warn('the store could not be closed', { error })
    }
  }

  #begin(): Opening {
    const giveUp = new AbortController()
    const opened = this.#make(giveUp.signal).then((made) => {
      // A stop may have left this opening as late, and a later start may have opened another engine.
      if (this.#opening === opening) this.#core = made.core
      return made
    })
    const opening = { giveUp, opened }
    return opening
  }

  #forget(opening: Opening | undefined): void {
    if (this.#opening === opening) this.#opening = undefined
  }
}
