import { addAbortListener, removeAbortListener } from '@s3sched/kernel'
import type { ChangeOptions, CommitMark, Kept } from './change.ts'
import type { Applicable, Verdict } from './decide-changes.ts'
import type { PageEdit } from './page-edit.ts'

/** The application of a change to a page, and the answer. */
export interface PendingWork<R, T> {
  readonly decide: (edit: PageEdit<R>) => Verdict
  readonly written: (result: unknown, commit: CommitMark) => T
  readonly kept: (answer: Kept) => T
  /** The page of the change is split, or is no page of the ledger any more. */
  readonly moved: (pending: Pending<R>) => void
  /** Called once there is an answer. */
  readonly settled: (pending: Pending<R>) => void
}

/** The place where a change waits. */
export interface PendingHome {
  /** Lets go of changes answered during the wait. */
  sweep(): void
}

/** A change on the way to an answer. The answer comes once. */
export class Pending<R> implements Applicable<R> {
  /** The number of the call, in the order of calls. */
  readonly call: number
  /** The change waits for company until then. */
  readonly dueAt: number
  readonly answer: Promise<unknown>
  readonly #work: PendingWork<R, unknown>
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#withdraw()
  #resolve: (answer: unknown) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #home: PendingHome | undefined
  #isSettled = false

  constructor(work: PendingWork<R, unknown>, call: number, now: number, { signal, withinMs = 0 }: ChangeOptions) {
    this.#work = work
    this.call = call
    this.dueAt = now + withinMs
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#signal = signal
    if (signal !== undefined) addAbortListener(signal, this.#onAbort)
  }

  get isSettled(): boolean {
    return this.#isSettled
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

  decide(edit: PageEdit<R>): Verdict {
    return this.#work.decide(edit)
  }

  written(result: unknown, commit: CommitMark): void {
    if (this.#settles()) this.#resolve(this.#work.written(result, commit))
  }

  kept(answer: Kept): void {
    if (this.#settles()) this.#resolve(this.#work.kept(answer))
  }

  failed(error: unknown): void {
    if (this.#settles()) this.#reject(error)
  }

  moved(): void {
    if (!this.#isSettled) this.#work.moved(this)
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
    if (this.#signal !== undefined) removeAbortListener(this.#signal, this.#onAbort)
    this.#work.settled(this)
    return true
  }
}
