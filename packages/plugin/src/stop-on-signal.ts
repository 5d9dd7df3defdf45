/**
 * The end of a process by SIGINT or SIGTERM: schedulers drain and hand over first, then the process ends as it would have.
 *
 * A listener takes the default effect of a signal away, so this one gives that back: it raises the signal once more when all schedulers
 * have stopped, unless others listen too. Others decide by themselves how the process ends; nothing of theirs is called
 * twice, held up or taken off. A second signal waits for nothing.
 *
 * One listener serves all schedulers of a process, also where several copies of this package are loaded.
 */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
export type StopSignal = (typeof SIGNALS)[number]

/** The part of Node's `process` that is used. */
export interface SignalledProcess extends Pick<
  NodeJS.EventEmitter,
  'listenerCount' | 'prependListener' | 'removeListener'
> {
  readonly pid: number
  kill(pid: number, signal: StopSignal): unknown
}

/** Stops a scheduler. Must not reject. */
export type StopOnSignal = (signal: StopSignal) => Promise<void>

export class SignalWatch {
  readonly #process: SignalledProcess
  readonly #yielding: () => number
  readonly #stops = new Set<StopOnSignal>()
  #isListening = false
  #isEnding = false

  /** @param yielding - how many listeners of others end the process only where nobody else listens */
  constructor(process: SignalledProcess, yielding: () => number = () => 0) {
    this.#process = process
    this.#yielding = yielding
  }

  /** From now on a signal calls `stop` first. @returns takes `stop` off */
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
    // The others are called first: a stop with terms of their own is then the one that counts.
    await Promise.resolve()
    await Promise.all([...this.#stops].map((stop) => stop(signal)))
    this.#isEnding = false
    if (isLast) this.#raise(signal)
    else this.#unlistenIfIdle()
  }

  #raise(signal: StopSignal): void {
    this.#unlisten()
    this.#process.kill(this.#process.pid, signal)
  }

  /** Before all others: a listener that listens once is not to be seen any more after its turn. */
  #listen(): void {
    if (this.#isListening) return
    this.#isListening = true
    for (const signal of SIGNALS) this.#process.prependListener(signal, this.#onSignal)
  }

  #unlistenIfIdle(): void {
    if (this.#stops.size === 0) this.#unlisten()
  }

  #unlisten(): void {
    this.#isListening = false
    for (const signal of SIGNALS) this.#process.removeListener(signal, this.#onSignal)
  }
}

const KEY: unique symbol = Symbol.for('s3sched.stop-on-signal')

/** The watch of this process. */
export function processSignals(): Pick<SignalWatch, 'add'> {
  const shared = globalThis as { [KEY]?: Pick<SignalWatch, 'add'> }
  return (shared[KEY] ??= new SignalWatch(process, signalExitListeners))
}

/**
 * The package signal-exit, which many packages bring along, ends the process where nobody else listens. It counts its own
 * listeners, in these two places, for others of its kind.
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
