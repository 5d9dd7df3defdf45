import { addAbortListener, removeAbortListener } from '@s3sched/kernel'
import type { ChangeOptions, CommitMark, Kept } from './change.ts'
import type { Applicable, Verdict } from './decide-changes.ts'
import type { PageEdit } from './page-edit.ts'

/** The place where a change waits. */
export interface PendingHome {
  /** Drops changes answered during the wait. */
  sweep(): void
}

/**
 * A change on the way to an answer. The answer comes once, as a call: with thousands of changes at an instant, a promise
 * for each would cost more than the change.
 */
export abstract class Pending<R> implements Applicable<R> {
  /** The number of the call, in the order of calls. */
  readonly call: number
  #dueAt: number
  readonly #signal: AbortSignal | undefined
  readonly #onAbort: (() => void) | undefined
  #home: PendingHome | undefined
  #isSettled = false
  #whenSettled: (() => void)[] | undefined

  /** @param now - by the monotonic clock */
  constructor(call: number, now: number, { signal, withinMs = 0 }: ChangeOptions) {
    this.call = call
    this.#dueAt = now + withinMs
    this.#signal = signal
    if (signal === undefined) return
    this.#onAbort = () => this.#withdraw()
    addAbortListener(signal, this.#onAbort)
  }

  /** Tries the change on the page as changed so far. */
  abstract decide(edit: PageEdit<R>): Verdict
  /** The page of the change is split, or is no page of the ledger any more. Called only before an answer. */
  protected abstract onMoved(): void
  /** One of the next three is called, once. Must not throw. */
  protected abstract onWritten(result: unknown, commit: CommitMark): void
  protected abstract onKept(answer: Kept): void
  protected abstract onFailed(error: unknown): void

  /** The change waits for other writes until then, by the monotonic clock. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** The change waits no longer, on its page and on the children after a split. */
  hurry(): void {
    this.#dueAt = -Infinity
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  /** Resolves after the answer. */
  settled(): Promise<void> {
    if (this.#isSettled) return Promise.resolve()
    return new Promise((resolve) => (this.#whenSettled ??= []).push(resolve))
  }

  /** The change waits, and may be withdrawn. A change whose signal has aborted meanwhile is withdrawn now. */
  waitsIn(home: PendingHome): void {
    this.#home = home
    if (this.#signal?.aborted === true) this.failed(this.#signal.reason)
  }

  /** The change is part of a commit: no withdrawal before the fate of the commit is known. */
  isCarried(): void {
    this.#home = undefined
  }

  written(result: unknown, commit: CommitMark): void {
    if (!this.#settles()) return
    this.onWritten(result, commit)
    this.#tell()
  }

  kept(answer: Kept): void {
    if (!this.#settles()) return
    this.onKept(answer)
    this.#tell()
  }

  failed(error: unknown): void {
    if (!this.#settles()) return
    this.onFailed(error)
    this.#tell()
  }

  moved(): void {
    if (!this.#isSettled) this.onMoved()
  }

  #withdraw(): void {
    const home = this.#home
    if (home === undefined) return
    this.failed(this.#signal?.reason)
    home.sweep()
  }

  #settles(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    if (this.#signal !== undefined && this.#onAbort !== undefined) removeAbortListener(this.#signal, this.#onAbort)
    return true
  }

  #tell(): void {
    for (const tell of this.#whenSettled ?? []) tell()
  }
}
