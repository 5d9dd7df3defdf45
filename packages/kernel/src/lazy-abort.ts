/**
 * An AbortController for one among thousands of works. A listener of a signal costs several objects, and a search of all
 * others; a listener here costs the place in a set. The signal itself is made when somebody asks for it.
 */
export class LazyAbort {
  #isAborted = false
  #reason: unknown
  #listeners: Set<() => void> | undefined
  #controller: AbortController | undefined

  get aborted(): boolean {
    return this.#isAborted
  }

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

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason
  }

  /** The first abort counts. */
  abort(reason: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
    const listeners = this.#listeners ?? []
    // A listener that another one takes away meanwhile is not called any more.
    for (const listener of listeners) listener()
    this.#listeners = undefined
  }

  /** @param listener - must not throw; called once, at the abort, and not after an abort that has been */
  add(listener: () => void): void {
    if (this.#isAborted) return
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
  }

  delete(listener: () => void): void {
    this.#listeners?.delete(listener)
  }
}
