/**
 * The life of one run: the run passes the gate of its key, waits until its first attempt is due, and then for each
 * attempt takes a slot, calls the action and gives the slot back. Between two attempts the run holds its key but no
 * slot, and nothing executes.
 *
 * A run can be told to end at any moment; every wait here ends then. Every thrown error ends up in exactly one outcome.
 */
import {
  addAbortListener,
  LazyAbort,
  onRejection,
  removeAbortListener,
  serializeError,
  toBoundedJson,
  type Clock,
  type Logger,
  type Random,
  type Timers,
} from '@s3sched/kernel'
import { CancelledError, type CancelReason } from './cancelled-error.ts'
import type { Entrant, KeyGate } from './key-gate.ts'
import type { AttemptMaker, MadeAttempt } from './make-attempt.ts'
import type { Progress } from './run-context.ts'
import { decideRetry } from './retry-decision.ts'
import { RunAttempts, type RunAttemptsDeps } from './run-attempts.ts'
import type { LogEntry } from './run-log.ts'
import { RunNotes } from './run-notes.ts'
import type { RunOutcome } from './run-outcome.ts'
import type { OnHang, OwnPolicy, ResolvedPolicy } from './run-policy.ts'
import { RunTurns, type RunTurnsDeps, type SlotWait, type TurnTaker } from './run-turns.ts'
import { type RunPhase, RunWaits } from './run-waits.ts'
import type { Task } from './task.ts'
import { ABORTED, orAbort, untilAborted } from './until-aborted.ts'

/** The objects shared by all runs of an executor. */
export interface RunDeps {
  readonly env: { readonly logger: Logger; readonly random: Random }
  readonly gate: KeyGate<Run>
  readonly turns: RunTurnsDeps
  readonly attempts: RunAttemptsDeps
  readonly host: RunHost
}

/** The executor, as its runs know it. */
export interface RunHost {
  readonly onSlotWait: ((wait: SlotWait) => void) | undefined
  /** An action of `run` goes on without the run until `ended` resolves; the returned promise resolves after `ended`. */
  readonly onAbandoned: (run: Run, attempt: number, ended: Promise<unknown>) => Promise<void>
  /** Called at the end of each run, before the caller learns the outcome. Must not throw. */
  readonly onEnded: (run: Run, outcome: RunOutcome) => void
}

export class Run implements AttemptMaker, Entrant, TurnTaker {
  readonly task: Required<Task>
  readonly own: OwnPolicy
  /** Aborts when the run has to end. */
  readonly ending: LazyAbort = new LazyAbort()

  readonly #deps: RunDeps
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #policy: ResolvedPolicy
  readonly #notes: RunNotes
  readonly #attempts: RunAttempts
  readonly #turns: RunTurns
  readonly #waits: RunWaits
  /** By the monotonic clock. */
  readonly #askedAt: number

  /** @param own - takes the place of the same fields of `policy` */
  constructor(task: Required<Task>, policy: ResolvedPolicy, own: OwnPolicy, deps: RunDeps) {
    this.task = task
    this.#policy = policy
    this.own = own
    this.#deps = deps
    const { clock, timers } = deps.attempts
    this.#clock = clock
    this.#timers = timers
    this.#notes = new RunNotes(clock)
    this.#attempts = new RunAttempts(deps.attempts, this, policy, this.#notes)
    this.#turns = new RunTurns(deps.turns, this, policy)
    this.#waits = new RunWaits(clock, this.ending)
    this.#askedAt = clock.monotonic()
  }

  get key(): string {
    return this.task.key
  }

  get phase(): RunPhase {
    return this.#waits.phase
  }

  get attempt(): number {
    return this.#attempts.attempt
  }

  get startedAt(): number {
    return this.#attempts.startedAt
  }

  get onHang(): OnHang {
    return this.#policy.onHang
  }

  get progress(): Progress | undefined {
    return this.#notes.progress
  }

  get log(): readonly LogEntry[] {
    return this.#notes.entries()
  }

  get waitsForSlot(): boolean {
    return !this.#attempts.haveBegun && this.#turns.isWaiting
  }

  /** The current wait for a slot, in ms; `undefined` outside of a wait. */
  get slotWaitMs(): number | undefined {
    return this.#turns.slotWaitMs
  }

  /** Ends the run at any stage. */
  cancel(reason: CancelledError): void {
    this.ending.abort(reason)
  }

  /**
   * Lets an executing attempt come to its end. The run ends instead of any further wait, unless its next attempt is due
   * within `patienceMs` from now.
   */
  cancelWhenWaiting(reason: CancelledError, patienceMs: number): void {
    this.#waits.drain(reason, patienceMs)
  }

  /** Never rejects. */
  async live(): Promise<RunOutcome> {
    const { deadlineMs, signal } = this.own
    const forward = (): void => this.cancel(CancelledError.from(signal?.reason))
    const overdue = (): void => this.cancel(new CancelledError('timeout', 'the run did not end by its deadline'))
    const cancelDeadline = deadlineMs ? this.#timers.start(deadlineMs, overdue) : undefined
    if (deadlineMs === 0) overdue()
    if (signal?.aborted === true) forward()
    else if (signal !== undefined) addAbortListener(signal, forward)
    let outcome: RunOutcome
    try {
      this.ending.throwIfAborted()
      const entered = this.#deps.gate.enter(this, this.own.overlap, this.#policy.queueLimit)
      // Also a run with a free way begins its action only after the call that asked for it has returned.
      const admission = await (entered instanceof Promise ? this.queued(entered) : entered)
      if (admission.outcome === 'skipped') outcome = { status: 'skipped', reason: admission.reason, ...this.#ended() }
      else {
        try {
          outcome = await this.#attemptUntilDone()
        } finally {
          this.#deps.gate.leave(this)
        }
      }
    } catch (thrown) {
      outcome = this.#unsuccessful(thrown instanceof CancelledError ? thrown.reason : 'failed', thrown)
    }
    if (signal !== undefined) removeAbortListener(signal, forward)
    cancelDeadline?.()
    this.#deps.host.onEnded(this, outcome)
    return outcome
  }

  /** With the key of the run in hand. */
  async #attemptUntilDone(): Promise<RunOutcome> {
    if (this.own.mayFollow?.() === false) return { status: 'skipped', reason: 'overlap', ...this.#ended() }
    const policy = this.#policy
    if (this.own.notBeforeMs > 0) await this.#waits.delay(this.own.notBeforeMs)
    this.#waits.over()
    for (;;) {
      const turn = this.#turns.take()
      if (turn !== undefined) await turn
      let made: MadeAttempt
      try {
        const attempt = this.#attempts.make()
        made = attempt instanceof Promise ? await attempt : attempt
      } finally {
        this.#turns.giveBack()
      }
      const { end, record } = made
      if (end.outcome === 'success') {
        return { status: 'success', result: toBoundedJson(end.value), returned: end.value, ...this.#ended() }
      }
      this.ending.throwIfAborted()
      const [status, thrown] =
        end.outcome === 'failed' ? (['failed', end.thrown] as const) : (['timeout', end.reason] as const)
      const failed = { attempt: this.attempt, thrown, leftMs: this.#leftMs() }
      const decision = decideRetry(policy, failed, this.#deps.env.random)
      if (decision.next === 'end') return this.#unsuccessful(status, thrown, decision.note)
      if (decision.problem !== undefined) this.#warn(decision.problem)
      try {
        await orAbort(this.own.beforeRetry?.(record, decision.delayMs), this.ending)
      } catch (refused) {
        if (refused instanceof CancelledError) throw refused
        return this.#unsuccessful(
          'failed',
          thrown,
          `not retried: beforeRetry threw: ${serializeError(refused).message}`,
        )
      }
      await this.#waits.delay(decision.delayMs)
      if (!(await this.#mayGoAgain())) {
        const note = `not retried: attempt ${this.attempt} goes on although it was told to end`
        return this.#unsuccessful(status, thrown, note)
      }
      this.#attempts.attempt += 1
    }
  }

  /**
   * True if no abandoned action of this run is in the way. Where the run waits, the action gets its timeout once more to
   * end.
   */
  async #mayGoAgain(): Promise<boolean> {
    const { onHang, timeoutMs = 0 } = this.#policy
    const noneGoesOn = this.#attempts.untilNoneGoesOn()
    if (noneGoesOn === undefined || onHang === 'continue' || this.own.overlap === 'allow') return true
    const patience = new LazyAbort()
    const cancelPatience = this.#timers.start(timeoutMs, () => patience.abort('the patience is over'))
    try {
      const ended = untilAborted(noneGoesOn, patience).then((first) => first !== ABORTED)
      return await this.#waits.delayedBy(orAbort(ended, this.ending))
    } finally {
      cancelPatience()
    }
  }

  queued<T>(turn: Promise<T>): Promise<T> {
    return this.#waits.queued(turn)
  }

  abandoned(attempt: number, ended: Promise<unknown>): Promise<void> {
    return this.#deps.host.onAbandoned(this, attempt, ended)
  }

  #leftMs(): number {
    const { deadlineMs = Infinity } = this.own
    return deadlineMs - (this.#clock.monotonic() - this.#askedAt)
  }

  waited(wait: SlotWait): void {
    this.callHook('onSlotWait', () => this.#deps.host.onSlotWait?.(wait))
  }

  /** An error or rejection of a hook is the caller's mistake, and must not become the action's failure. */
  callHook(name: string, hook: () => unknown): void {
    const failed = (error: unknown): void => this.#warn(`${name} threw: ${serializeError(error).message}`)
    try {
      onRejection(hook(), failed)
    } catch (error) {
      failed(error)
    }
  }

  #warn(problem: string): void {
    this.#notes.log(this.attempt, problem)
    this.#deps.env.logger.warn(`job '${this.key}': ${problem}`, { runId: this.task.runId, attempt: this.attempt })
  }

  #unsuccessful(status: 'failed' | CancelReason, thrown: unknown, note?: string): RunOutcome {
    const error = { ...serializeError(thrown), ...(note === undefined ? {} : { note }) }
    const ended = { error, thrown, ...this.#ended() }
    if (status === 'failed' || status === 'timeout') return { status, ...ended }
    return { status: 'cancelled', reason: status, ...ended }
  }

  #ended(): Omit<RunOutcome & { status: 'skipped' }, 'status' | 'reason'> {
    const { progress } = this
    return {
      runId: this.task.runId,
      key: this.key,
      attempts: this.#attempts.records,
      startedAt: this.startedAt,
      endedAt: this.#clock.now(),
      durationMs: Math.round(this.#attempts.elapsedMs()),
      queuedMs: Math.round(this.#waits.queuedMs),
      log: this.#notes.entries(),
      ...(progress === undefined ? undefined : { progress }),
    }
  }
}
