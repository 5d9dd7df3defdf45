/**
 * Ends a process after SIGINT or SIGTERM: services, such as schedulers, drain and hand over first, then the process ends
 * as without them.
 *
 * A listener removes the default effect of a signal, so this listener restores the effect: after all services have
 * stopped, the signal is raised again, unless there are other listeners. Other listeners decide by themselves how the
 * process ends; they are never called twice, delayed or removed. A second signal waits for nothing.
 *
 * A single listener serves all services of a process, even with several loaded copies of this package.
 */
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** A signal that asks a process to end. */
export type StopSignal = (typeof SIGNALS)[number]

/** The part of Node's `process` in use. */
export interface SignalledProcess extends Pick<
  NodeJS.EventEmitter,
  'listenerCount' | 'listeners' | 'prependListener' | 'removeListener'
> {
  readonly pid: number
  kill(pid: number, signal: StopSignal): unknown
  exit(code: number): unknown
}

/** Stops a service before the process ends. Must not reject. */
export type StopOnSignal = (signal: StopSignal) => Promise<void>

export class SignalWatch {
  readonly #process: SignalledProcess
  readonly #yielding: () => number
  readonly #stops = new Set<StopOnSignal>()
  #isEnding = false

  /** @param yielding - the number of other listeners that end the process only if no further listener exists */
  constructor(process: SignalledProcess, yielding: () => number = () => 0) {
    this.#process = process
    this.#yielding = yielding
  }

  /** From now on a signal calls `stop` first. @returns removes `stop` */
  add(stop: StopOnSignal): () => void {
    this.#stops.add(stop)
    this.#listen()
    return () => {
      this.#stops.delete(stop)
      if (!this.#isEnding) this.#unlistenIfIdle()
    }
  }

  readonly #onSignal = (signal: StopSignal): void => {
    const others = this.#process.listenerCount(signal) - 1 - this.#yielding()
    const isLast = others <= 0
    if (!this.#isEnding) {
      this.#isEnding = true
      void this.#end(signal, isLast)
    } else if (isLast) this.#raise(signal)
  }

  async #end(signal: StopSignal, isLast: boolean): Promise<void> {
    // Other listeners are called first: a stop with its own terms, called by the application, then counts.
    await Promise.resolve()
    await Promise.all([...this.#stops].map((stop) => stop(signal)))
    this.#isEnding = false
    if (isLast) this.#raise(signal)
    else this.#unlistenIfIdle()
  }

  #raise(signal: StopSignal): void {
    this.#unlisten()
    const { pid } = this.#process
    // The first process of a container gets no signal that it does not listen for, not even from itself.
    if (pid === 1) this.#process.exit(128 + constants.signals[signal])
    else this.#process.kill(pid, signal)
  }

  /**
   * Placed before all other listeners: a `once` listener is gone from the list after its turn. The process is asked for
   * its listeners: an application may have removed them all, this listener included.
   */
  #listen(): void {
    for (const signal of SIGNALS) {
      if (!this.#process.listeners(signal).includes(this.#onSignal)) {
        this.#process.prependListener(signal, this.#onSignal)
      }
    }
  }

  #unlistenIfIdle(): void {
    if (this.#stops.size === 0) this.#unlisten()
  }

  #unlisten(): void {
    for (const signal of SIGNALS) this.#process.removeListener(signal, this.#onSignal)
  }
}

const KEY: unique symbol = Symbol.for('s3sched.stop-on-signal')

/** The services of this process that stop before a signal ends the process. */
export interface ProcessSignals {
  /** From now on a signal calls `stop` first. @returns removes `stop` */
  add(stop: StopOnSignal): () => void
}

/** The signal watch of this process. */
export function processSignals(): ProcessSignals {
  const shared = globalThis as { [KEY]?: ProcessSignals }
  return (shared[KEY] ??= new SignalWatch(process, signalExitListeners))
}

/**
 * The package signal-exit, a dependency of many packages, ends the process only if no other listener exists. The
 * package counts its own listeners, of all its copies, in these two places.
 */
function signalExitListeners(): number {
  const { __signal_exit_emitter__: v3 } = process as { readonly __signal_exit_emitter__?: unknown }
  const v4 = (globalThis as Readonly<Record<symbol, unknown>>)[Symbol.for('signal-exit emitter')]
  return countOf(v3) + countOf(v4)
}

function countOf(emitter: unknown): number {
  const { count } = (emitter ?? {}) as { readonly count?: unknown }
  return typeof count === 'number' ? count : 0
}
