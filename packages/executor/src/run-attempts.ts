import type { LazyAbort } from '@s3sched/kernel'
import { CancelledError } from './cancelled-error.ts'
import { makeAttempt, type MadeAttempt, type MakeAttemptDeps } from './make-attempt.ts'
import type { RunNotes } from './run-notes.ts'
import type { AttemptRecord } from './run-outcome.ts'
import type { OwnPolicy, ResolvedPolicy } from './run-policy.ts'
import type { Task } from './task.ts'
import { orAbort } from './until-aborted.ts'

export interface RunAttemptsDeps extends MakeAttemptDeps {
  readonly graceMs: number
}

/** The run that makes attempts. */
export interface AttemptMaker {
  readonly task: Required<Task>
  readonly own: OwnPolicy
  /** Aborts when the run has to end. */
  readonly ending: LazyAbort
  /** Calls a function of the policy. Must not throw. */
  callHook(name: string, hook: () => unknown): void
  /** An action goes on without the run until `ended` resolves; the returned promise resolves after `ended`. */
  abandoned(attempt: number, ended: Promise<unknown>): Promise<void>
}

/** The attempts of one run: their number, their records, and the actions among them that go on. */
export class RunAttempts {
  /** The number of the present attempt, or of the next one between two attempts. */
  attempt: number
  /** Start of the first attempt, or the time of the request before the first attempt. Wall clock, epoch ms. */
  startedAt: number
  readonly records: AttemptRecord[] = []

  readonly #deps: RunAttemptsDeps
  readonly #maker: AttemptMaker
  readonly #policy: Pick<ResolvedPolicy, 'graceMs' | 'timeoutMs'>
  readonly #notes: RunNotes
  /** By the monotonic clock. */
  #firstStart: number | undefined
  /** The abandoned actions of this run that still execute; the promises resolve at the end of the actions. */
  #goingOn: Set<Promise<void>> | undefined

  constructor(
    deps: RunAttemptsDeps,
    maker: AttemptMaker,
    policy: Pick<ResolvedPolicy, 'graceMs' | 'timeoutMs'>,
    notes: RunNotes,
  ) {
    this.#deps = deps
    this.#maker = maker
    this.#policy = policy
    this.#notes = notes
    this.attempt = maker.own.firstAttempt
    this.startedAt = deps.clock.now()
  }

  /** True from the start of the first attempt on. */
  get haveBegun(): boolean {
    return this.#firstStart !== undefined
  }

  /** The time since the start of the first attempt, in ms; 0 before. */
  elapsedMs(): number {
    return this.#firstStart === undefined ? 0 : this.#deps.clock.monotonic() - this.#firstStart
  }

  /** Resolves at the end of the abandoned actions that still execute; `undefined` where there are none. */
  untilNoneGoesOn(): Promise<unknown> | undefined {
    return this.#goingOn === undefined || this.#goingOn.size === 0 ? undefined : Promise.all(this.#goingOn)
  }

  /**
   * Makes one attempt, with a place and a slot in hand.
   * @throws the reason of the run's end, also by the promise
   */
  make(): MadeAttempt | Promise<MadeAttempt> {
    const { ending, own } = this.#maker
    ending.throwIfAborted()
    if (!this.haveBegun) {
      const may = own.beforeStart?.() ?? true
      if (typeof may !== 'boolean') return this.#callIf(may)
      if (!may) throw new CancelledError('superseded')
    }
    ending.throwIfAborted()
    return this.#call()
  }

  async #callIf(may: Promise<boolean>): Promise<MadeAttempt> {
    const { ending } = this.#maker
    if (!(await orAbort(may, ending))) throw new CancelledError('superseded')
    ending.throwIfAborted()
    return this.#call()
  }

  #call(): MadeAttempt | Promise<MadeAttempt> {
    const { attempt } = this
    const { ending, own, task } = this.#maker
    const { graceMs = this.#deps.graceMs, timeoutMs } = this.#policy
    const at = { startedAt: this.#deps.clock.now(), started: this.#deps.clock.monotonic() }
    if (this.#firstStart === undefined) {
      this.#firstStart = at.started
      this.startedAt = at.startedAt
    }
    this.#maker.callHook('onAttemptStart', () => own.onAttemptStart?.(attempt))
    const made = makeAttempt(this.#deps, {
      task,
      attempt,
      fence: own.fence,
      notes: this.#notes,
      runEnding: ending,
      ...at,
      timeoutMs,
      graceMs,
      onTimeout: () => this.#maker.callHook('onTimeout', () => own.onTimeout?.(attempt)),
    })
    return made instanceof Promise ? made.then((each) => this.#note(each)) : this.#note(made)
  }

  #note(made: MadeAttempt): MadeAttempt {
    const { end, record } = made
    this.records.push(record)
    if (end.outcome === 'aborted' && end.abandoned !== undefined) void this.#giveUp(record.attempt, end.abandoned)
    return made
  }

  async #giveUp(attempt: number, ended: Promise<unknown>): Promise<void> {
    const gone = this.#maker.abandoned(attempt, ended)
    const goingOn = (this.#goingOn ??= new Set())
    goingOn.add(gone)
    await gone
    goingOn.delete(gone)
  }
}
