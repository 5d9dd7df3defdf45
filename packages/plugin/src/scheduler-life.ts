import { probeStore } from '@s3sched/store'
import { observeStore } from './diagnostics.ts'
import { asSchedulerError } from './wrap-error.ts'
import { resolveStore } from './resolve-store.ts'
import { SchedulerCore, type SchedulerCoreDeps } from './scheduler-core.ts'

export interface SchedulerLifeDeps extends Omit<SchedulerCoreDeps, 'store'> {
  /** Whose life it is, for those who observe several. */
  readonly scheduler: object
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** How long trouble with the network is put up with when the store is opened, in ms. */
const PATIENCE_MS = 15_000

interface Opened {
  readonly core: SchedulerCore
  readonly close: () => Promise<void>
}

/**
 * From the first use of the store to the stop, any number of times. Opening is lazy, so that a scheduler that is only
 * asked about its jobs touches no bucket; each step is done once, however often it is asked for.
 */
export class SchedulerLife {
  readonly #deps: SchedulerLifeDeps
  #opened: Promise<Opened> | undefined
  #core: SchedulerCore | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(deps: SchedulerLifeDeps) {
    this.#deps = deps
  }

  /** What was opened last, for views that make no request. */
  get core(): SchedulerCore | undefined {
    return this.#core
  }

  /** Opens the store and checks that it is fit: 1 GET where that is known already. */
  async open(): Promise<SchedulerCore> {
    this.#opened ??= this.#openStore().catch((error: unknown) => {
      this.#opened = undefined
      throw asSchedulerError('STORE', error)
    })
    return (await this.#opened).core
  }

  async start(): Promise<void> {
    await this.#stopping
    this.#starting ??= this.#start().catch(async (error: unknown) => {
      await this.#close()
      throw asSchedulerError('STORE', error)
    })
    await this.#starting
  }

  async stop(timeoutMs: number): Promise<void> {
    if (this.#opened === undefined) return
    this.#stopping ??= this.#stop(timeoutMs).finally(() => {
      this.#stopping = undefined
    })
    await this.#stopping
  }

  async #start(): Promise<void> {
    const core = await this.open()
    await core.start()
  }

  async #stop(timeoutMs: number): Promise<void> {
    try {
      await this.#starting
    } catch {
      return // it failed to start, said so, and closed what it had opened
    }
    const core = await this.open()
    await core.stop(timeoutMs)
    await this.#close()
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    this.#starting = undefined
    await (await opened)?.close()
  }

  async #openStore(): Promise<Opened> {
    const { clock, database, environment, logger, options, random, scheduler } = this.#deps
    const resolved = resolveStore(options, database(), environment, { clock, random, logger })
    const close = (): Promise<void> => resolved.close()
    try {
      await probeStore(resolved.store, { patienceMs: PATIENCE_MS }, { clock, random, logger })
    } catch (error) {
      await close()
      throw error
    }
    const core = new SchedulerCore({ ...this.#deps, store: observeStore(resolved.store, scheduler) })
    this.#core = core
    return { core, close }
  }
}
