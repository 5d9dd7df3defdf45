/**
 * An AbortController for one among thousands of works. A listener of a signal costs several objects, and a search of all
 * others; a listener here costs a field, and the second one a set. The signal itself is made when somebody asks for it.
 */
export class LazyAbort {
  #isAborted = false
  #reason: unknown
  /** Most works have one listener at a time, which needs no set. */
  #listener: (() => void) | undefined
  #listeners: Set<() => void> | undefined
  #controller: AbortController | undefined

  /** True from the abort on. */
  get aborted(): boolean {
    return this.#isAborted
  }

  /** The reason of the abort; `undefined` before. */
  get reason(): unknown {
    return this.#reason
  }

  /** A signal that follows, for code that wants one. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isAborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Throws the reason of the abort, if aborted. */
  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason
  }

  /** The first abort counts. */
  abort(reason: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    const listener = this.#listener
    this.#listener = undefined
    listener?.()
    // A listener that another one takes away meanwhile is not called any more.
    for (const each of this.#listeners ?? []) each()
    this.#listeners = undefined
    // Last of all: what an action does at its abort comes after the abort for all others.
    this.#controller?.abort(reason)
  }

  /**
   * Adds a function that the abort calls.
   * @param listener - must not throw; called once, at the abort, and not after an abort that has been
   */
  add(listener: () => void): void {
    if (this.#isAborted || listener === this.#listener) return
    if (this.#listeners !== undefined) this.#listeners.add(listener)
    else if (this.#listener === undefined) this.#listener = listener
    else this.#listeners = new Set([listener])
  }

  /** Takes a function off. */
  delete(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined
    else this.#listeners?.delete(listener)
  }
}
