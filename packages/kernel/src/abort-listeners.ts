import { LazyAbort } from './lazy-abort.ts'

/**
 * Listeners of signals that thousands of calls wait for at the same time. `addEventListener` compares each new listener
 * with all earlier ones of the signal, so that thousands of them cost millions of comparisons; here each costs the same.
 */

const listeners = new WeakMap<AbortSignal, AbortListeners>()

/** The listeners of one signal, behind a single listener of the signal. */
class AbortListeners {
  readonly #signal: AbortSignal
  readonly #calls = new Set<() => void>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(listener: () => void): void {
    if (this.#calls.size === 0) this.#signal.addEventListener('abort', this.#onAbort, { once: true })
    this.#calls.add(listener)
  }

  delete(listener: () => void): void {
    if (this.#calls.delete(listener) && this.#calls.size === 0) this.#signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    for (const call of this.#calls) {
      this.#calls.delete(call)
      call()
    }
  }
}

/**
 * Calls `listener` once when `signal` aborts; not for a signal that has aborted already.
 * @param listener - must not throw; the same function is called once, however often it is added
 */
export function addAbortListener(signal: AbortSignal | LazyAbort, listener: () => void): void {
  if (signal instanceof LazyAbort) return signal.add(listener)
  let known = listeners.get(signal)
  if (known === undefined) listeners.set(signal, (known = new AbortListeners(signal)))
  known.add(listener)
}

/** Takes a listener of {@link addAbortListener} away. */
export function removeAbortListener(signal: AbortSignal | LazyAbort, listener: () => void): void {
  if (signal instanceof LazyAbort) signal.delete(listener)
  else listeners.get(signal)?.delete(listener)
}
