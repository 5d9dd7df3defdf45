import { LazyAbort, type Timers } from '@s3sched/kernel'
import { awaitAction, callAction, GoingOn, recordOf, type AttemptEnd } from './attempt.ts'
import { CancelledError } from './cancelled-error.ts'
import type { LoopWatch, WatchedRun } from './loop-watch.ts'
import { callInContext, createContext, type ContextOwner, type RunContext } from './run-context.ts'
import type { RunNotes } from './run-notes.ts'
import type { AttemptRecord } from './run-outcome.ts'
import type { OwnPolicy } from './run-policy.ts'
import type { Stopwatch } from './stopwatch.ts'
import type { Task } from './task.ts'

export interface MakeAttemptDeps {
  readonly timers: Timers
  readonly loopWatch: LoopWatch | undefined
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

/** The attempts of the same run. */
export interface AttemptHost {
  readonly run: AttemptMaker
  /** The number of the attempt about to begin. */
  readonly attempt: number
  readonly notes: RunNotes
  readonly timeoutMs: number | undefined
  readonly graceMs: number
}

/** An attempt that has ended. */
export interface MadeAttempt {
  readonly end: AttemptEnd
  readonly record: AttemptRecord
}

/** One attempt of a run: the call of the action, the reports of the action, and the end. */
class Attempt implements ContextOwner, WatchedRun {
  readonly attempt: number
  readonly ending: LazyAbort = new LazyAbort()
  readonly #deps: MakeAttemptDeps
  readonly #host: AttemptHost
  readonly #watch: Stopwatch
  #isOver = false

  constructor(deps: MakeAttemptDeps, host: AttemptHost, watch: Stopwatch) {
    this.#deps = deps
    this.#host = host
    this.#watch = watch
    this.attempt = host.attempt
    host.run.ending.add(this.#onEnding)
  }

  get key(): string {
    return this.#host.run.task.key
  }

  get runId(): string {
    return this.#host.run.task.runId
  }

  get fence(): number | undefined {
    return this.#host.run.own.fence
  }

  /** The reports of an abandoned action are dropped. */
  readonly log: RunContext['log'] = (message, fields) => {
    if (!this.#isOver) this.#host.notes.log(this.attempt, message, fields)
  }

  readonly progress: RunContext['progress'] = (value, note) => {
    if (!this.#isOver) this.#host.notes.progressed(this.attempt, value, note)
  }

  /** @returns a promise only where the action returned one */
  make(): MadeAttempt | Promise<MadeAttempt> {
    const context = createContext(this.#host.run.task.fields, this)
    const called = callAction(() => this.#call(context))
    if (called instanceof GoingOn) return this.#untilOver(called)
    // The action told its own run to end, and the signal has the last word.
    const { aborted, reason } = this.ending
    return this.#over(aborted ? { outcome: 'aborted', reason: CancelledError.from(reason) } : called)
  }

  #call(context: RunContext): unknown {
    const { loopWatch } = this.#deps
    const { action } = this.#host.run.task
    const call = (): unknown => callInContext(context, action)
    return loopWatch === undefined ? call() : loopWatch.measure(this, call)
  }

  async #untilOver(called: GoingOn): Promise<MadeAttempt> {
    const { loopWatch, timers } = this.#deps
    const { graceMs, run, timeoutMs } = this.#host
    loopWatch?.begin()
    const usedMs = this.#watch.elapsedMs()
    const onTimeout = (): void => run.callHook('onTimeout', () => run.own.onTimeout?.(this.attempt))
    const end = await awaitAction(called, { timers, ending: this.ending, timeoutMs, usedMs, graceMs, onTimeout })
    loopWatch?.end()
    return this.#over(end)
  }

  #over(end: AttemptEnd): MadeAttempt {
    this.#isOver = true
    this.#host.run.ending.delete(this.#onEnding)
    return { end, record: recordOf(this.attempt, this.#watch, end) }
  }

  readonly #onEnding = (): void => this.ending.abort(this.#host.run.ending.reason)
}

/** Calls the action of a run. @param watch - started with the attempt. @returns a promise only where the action returned one */
export function makeAttempt(
  deps: MakeAttemptDeps,
  host: AttemptHost,
  watch: Stopwatch,
): MadeAttempt | Promise<MadeAttempt> {
  return new Attempt(deps, host, watch).make()
}
