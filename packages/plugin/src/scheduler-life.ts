import { LATE, orLate, processSignals, StartStop, type StopSignal } from '@s3sched/kernel'
import { asSchedulerError, SchedulerError } from '@s3sched/jobs'
import {
  type DefinedJobs,
  type Engine,
  type EngineLife,
  LazyEngine,
  nameCrashes,
  type OpenedEngine,
  openEngine,
  type Opening,
  type OpeningWorld,
} from '@s3sched/engine'
import type { ResolvedSchedulerOptions } from './resolve-options.ts'
import type { RunWatchers } from '@s3sched/alerts'
import { type Environment, resolveStore } from './resolve-store.ts'

export interface SchedulerLifeDeps {
  /** The part of the engine's world that does not depend on the store. */
  readonly world: Omit<OpeningWorld, 'store'>
  readonly options: ResolvedSchedulerOptions
  readonly catalog: DefinedJobs
  readonly database: () => unknown
  /** The threads and processes of isolated actions, which end last. */
  readonly isolated: { stop(): Promise<void> }
  /** Told of the runs, from the start to the stop. */
  readonly watchers: Pick<RunWatchers, 'load' | 'begin' | 'end'>
  /** The scheduler, for observers of several schedulers. */
  readonly scheduler: object
  /** The place of a default store; `undefined` for a scheduler that needs a database or a store of its own. */
  readonly environment: Environment | undefined
}

/** The patience of a stop. */
export interface StopOptions {
  /** The time for which runs may go on before they are told to end, in ms. @default the option `stopTimeout` */
  readonly timeout?: number
}

/** A stop waits this much longer than its timeout for claims, records, the lease and the member object, in ms. */
const STORE_MS = 5000

/** `idle`: not started yet, or not able to start. A scheduler that was only asked for views is stopped after its stop. */
export type LifeState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped'

/**
 * A scheduler's life from the first use of the store to the stop, any number of times. A step is done only once, for any
 * number of calls.
 *
 * A stop has a time limit, even if the store does not answer, and ends the wait for the store's first answers at once.
 * Requests still under way at the limit go on unobserved until they fail: their core claims nothing any more, and the
 * next start creates a new core.
 */
export class SchedulerLife implements EngineLife {
  readonly #deps: SchedulerLifeDeps
  readonly #startStop = new StartStop<number>({
    begin: () => this.#begin(),
    end: (timeoutMs) => this.#end(timeoutMs),
  })
  readonly #engine: LazyEngine
  #unwatch: readonly (() => void)[] = []
  #state: LifeState = 'idle'

  constructor(deps: SchedulerLifeDeps) {
    this.#deps = deps
    this.#engine = new LazyEngine((signal) => this.#openEngine(signal), deps.world.logger)
  }

  get state(): LifeState {
    return this.#state
  }

  /** The last opened core, for views without a request. */
  get core(): Engine | undefined {
    return this.#engine.core
  }

  /** Opens the store and checks its fitness: 2 GETs if the fitness is known already. */
  open(): Promise<Engine> {
    return this.#engine.open()
  }

  start(): Promise<void> {
    return this.#startStop.start()
  }

  /** Resolves within `timeoutMs` plus {@link STORE_MS}. */
  stop(timeoutMs: number): Promise<void> {
    return this.#startStop.stop(timeoutMs)
  }

  async #begin(): Promise<void> {
    this.#state = 'starting'
    const core = await this.open().catch((error: unknown) => {
      this.#state = 'idle'
      throw error
    })
    const { opening } = this.#engine
    this.#watchProcess()
    try {
      await core.start()
      // A stop that came meanwhile has the last word.
      if (this.#state !== 'starting') return
      this.#state = 'running'
      this.#deps.watchers.begin(core.env.store)
    } catch (error) {
      this.#state = 'idle'
      this.#unwatchProcess()
      await this.#engine.close(opening)
      throw asSchedulerError('STORE', error)
    }
  }

  async #end(timeoutMs: number): Promise<void> {
    const { clock, logger } = this.#deps.world
    const { opening } = this.#engine
    if (opening === undefined) return
    this.#state = 'stopping'
    opening.giveUp.abort(stoppedFirst())
    const stopped = await orLate(clock, timeoutMs + STORE_MS, this.#stopAll(opening, timeoutMs))
    await this.#deps.isolated.stop()
    this.#unwatchProcess()
    this.#state = 'stopped'
    if (stopped !== LATE) return
    void this.#deps.watchers.end()
    const stoppedMs = timeoutMs + STORE_MS
    logger.warn(`the store did not answer within the ${stoppedMs} ms that a stop may take: stopped without it`)
    void this.#engine.close(opening)
  }

  async #stopAll(opening: Opening, timeoutMs: number): Promise<void> {
    const opened = await opening.opened.catch(() => undefined) // the callers of `open` get the error
    await opened?.core.stop(timeoutMs)
    await this.#deps.watchers.end()
    await this.#engine.close(opening)
  }

  #watchProcess(): void {
    const stop = async (signal: StopSignal): Promise<void> => {
      const { options, world } = this.#deps
      const { logger } = world
      logger.info(`${signal}: stopping`)
      await this.stop(options.stopTimeout).catch((error: unknown) => logger.error('could not stop', { error }))
    }
    this.#unwatch = [nameCrashes(), ...(this.#deps.options.handleSignals ? [processSignals().add(stop)] : [])]
  }

  #unwatchProcess(): void {
    for (const unwatch of this.#unwatch) unwatch()
    this.#unwatch = []
  }

  async #openEngine(signal: AbortSignal): Promise<OpenedEngine> {
    const { catalog, database, environment, options, scheduler, watchers, world } = this.#deps
    const { clock, logger, random } = world
    const { close, store } = resolveStore(options, database(), environment, { clock, random, logger })
    try {
      const deps = { catalog, database, scheduler, signal }
      const [core] = await Promise.all([openEngine({ ...world, store }, deps, options), watchers.load()])
      return { core, close }
    } catch (error) {
      await close()
      throw error
    }
  }
}

function stoppedFirst(): SchedulerError {
  return new SchedulerError('stopped before the store had answered', {
    code: 'STOPPED',
    suggestion: 'A new call opens the store again; where no stop was meant, look for stop(), a disconnect or a signal',
  })
}
