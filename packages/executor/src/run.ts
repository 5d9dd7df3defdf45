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
import type { GroupPlaces } from './group-places.ts'
import type { Entrant, KeyGate } from './key-gate.ts'
import type { LoopWatch } from './loop-watch.ts'
import { makeAttempt, type MadeAttempt } from './make-attempt.ts'
import type { Progress } from './run-context.ts'
import { decideRetry } from './retry-decision.ts'
import type { LogEntry } from './run-log.ts'
import { RunNotes } from './run-notes.ts'
import type { AttemptRecord, RunOutcome } from './run-outcome.ts'
import type { OnHang, OwnPolicy, ResolvedPolicy } from './run-policy.ts'
import { RunTurns, type SlotWait, type TurnTaker } from './run-turns.ts'
import type { SlotQueue } from './slot-queue.ts'
import type { Task } from './task.ts'
import { ABORTED, orAbort, untilAborted } from './until-aborted.ts'

/** The objects shared by all runs of an executor. */
export interface RunDeps {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
  readonly gate: KeyGate<Run>
  readonly slots: SlotQueue
  readonly groups: GroupPlaces
  readonly loopWatch: LoopWatch | undefined
  readonly graceMs: number
  readonly onSlotWait: ((wait: SlotWait) => void) | undefined
  /** An action of `run` goes on without the run until `ended` resolves; the returned promise resolves after `ended`. */
  readonly onAbandoned: (run: Run, attempt: number, ended: Promise<unknown>) => Promise<void>
  /** Called at the end of each run, before the caller learns the outcome. Must not throw. */
  readonly onEnded: (run: Run, outcome: RunOutcome) => void
}

/** `queued`: waits for its key or a slot. `delayed`: waits until an attempt is due. `running`: the rest. */
export type RunPhase = 'queued' | 'delayed' | 'running'

export class Run implements Entrant, TurnTaker {
  readonly task: Required<Task>
  readonly own: OwnPolicy
  /** Aborts when the run has to end. */
  readonly ending: LazyAbort = new LazyAbort()
  phase: RunPhase = 'queued'
  attempt: number
  startedAt: number

  readonly #deps: RunDeps
  readonly #policy: ResolvedPolicy
  readonly #notes: RunNotes
  readonly #attempts: AttemptRecord[] = []
  readonly #askedAt: number
  #firstStart: number | undefined
  #queuedMs = 0
  readonly #turns: RunTurns
  /** Set by a drain: the run ends before any wait for something that is not due by `dueBy`, on the monotonic clock. */
  #drained: { readonly reason: CancelledError; readonly dueBy: number } | undefined
  /** Due time of the next attempt, on the monotonic clock; Infinity when unknown. */
  #dueAt = Infinity
  /** The abandoned actions of this run that still execute; the promises resolve at the end of the actions. */
  #goingOn: Set<Promise<void>> | undefined

  /** @param own - takes the place of the same fields of `policy` */
  constructor(task: Required<Task>, policy: ResolvedPolicy, own: OwnPolicy, deps: RunDeps) {
    this.task = task
    this.#policy = policy
    this.own = own
    this.#deps = deps
    this.#notes = new RunNotes(deps.clock)
    this.attempt = own.firstAttempt
    this.startedAt = deps.clock.now()
    this.#askedAt = deps.clock.monotonic()
    this.#turns = new RunTurns(deps, this, policy)
  }

  get key(): string {
    return this.task.key
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
    return this.#firstStart === undefined && this.#turns.isWaiting
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
    this.#drained = { reason, dueBy: this.#deps.clock.monotonic() + patienceMs }
    if (this.phase === 'queued') this.cancel(reason)
    else if (this.phase === 'delayed') this.#enter('delayed', this.#dueAt)
  }

  /** Never rejects. */
  async live(): Promise<RunOutcome> {
    const { deadlineMs, signal } = this.own
    const forward = (): void => this.cancel(CancelledError.from(signal?.reason))
    const overdue = (): void => this.cancel(new CancelledError('timeout', 'the run did not end by its deadline'))
    const cancelDeadline = deadlineMs ? this.#deps.timers.start(deadlineMs, overdue) : undefined
    if (deadlineMs === 0) overdue()
    if (signal?.aborted === true) forward()
    else if (signal !== undefined) addAbortListener(signal, forward)
    let outcome: RunOutcome
    try {
      this.ending.throwIfAborted()
      const entered = this.#deps.gate.enter(this, this.own.overlap, this.#policy.queueLimit)
      // Also a run with a free way begins its action only after the call that asked for it has returned.
      const admission = await (entered instanceof Promise ? this.queued(entered) : entered)
      outcome =
        admission.outcome === 'skipped'
          ? { status: 'skipped', reason: admission.reason, ...this.#ended() }
          : await this.#inside()
    } catch (thrown) {
      outcome = this.#unsuccessful(thrown instanceof CancelledError ? thrown.reason : 'failed', thrown)
    }
    if (signal !== undefined) removeAbortListener(signal, forward)
    cancelDeadline?.()
    this.#deps.onEnded(this, outcome)
    return outcome
  }

  /** With the key of the run in hand. */
  async #inside(): Promise<RunOutcome> {
    try {
      if (this.own.mayFollow?.() === false) return { status: 'skipped', reason: 'overlap', ...this.#ended() }
      return await this.#attemptUntilDone()
    } finally {
      this.#deps.gate.leave(this)
    }
  }

  async #attemptUntilDone(): Promise<RunOutcome> {
    const policy = this.#policy
    if (this.own.notBeforeMs > 0) await this.#delay(this.own.notBeforeMs)
    this.phase = 'running'
    for (;;) {
      const turn = this.#turns.take()
      if (turn !== undefined) await turn
      let made: MadeAttempt
      try {
        const attempt = this.#attempt()
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
      const decision = decideRetry(policy, this.attempt, thrown, this.#leftMs(), this.#deps.random)
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
      await this.#delay(decision.delayMs)
      if (!(await this.#mayGoAgain())) {
        const note = `not retried: attempt ${this.attempt} goes on although it was told to end`
        return this.#unsuccessful(status, thrown, note)
      }
      this.attempt += 1
    }
  }

  /** One attempt, with a place and a slot in hand. */
  #attempt(): MadeAttempt | Promise<MadeAttempt> {
    this.ending.throwIfAborted()
    if (this.#firstStart === undefined) {
      const may = this.own.beforeStart?.() ?? true
      if (typeof may !== 'boolean') return this.#callIf(may)
      if (!may) throw new CancelledError('superseded')
    }
    this.ending.throwIfAborted()
    return this.#call()
  }

  async #callIf(may: Promise<boolean>): Promise<MadeAttempt> {
    if (!(await orAbort(may, this.ending))) throw new CancelledError('superseded')
    this.ending.throwIfAborted()
    return this.#call()
  }

  #call(): MadeAttempt | Promise<MadeAttempt> {
    const { attempt } = this
    const { graceMs = this.#deps.graceMs, timeoutMs } = this.#policy
    const at = { startedAt: this.#deps.clock.now(), started: this.#deps.clock.monotonic() }
    if (this.#firstStart === undefined) {
      this.#firstStart = at.started
      this.startedAt = at.startedAt
    }
    this.#guard('onAttemptStart', () => this.own.onAttemptStart?.(attempt))
    const made = makeAttempt(this.#deps, {
      task: this.task,
      attempt,
      fence: this.own.fence,
      notes: this.#notes,
      runEnding: this.ending,
      ...at,
      timeoutMs,
      graceMs,
      onTimeout: () => this.#guard('onTimeout', () => this.own.onTimeout?.(attempt)),
    })
    return made instanceof Promise ? made.then((each) => this.#note(each)) : this.#note(made)
  }

  #note(made: MadeAttempt): MadeAttempt {
    const { end, record } = made
    this.#attempts.push(record)
    if (end.outcome === 'aborted' && end.abandoned !== undefined) void this.#giveUp(record.attempt, end.abandoned)
    return made
  }

  async #giveUp(attempt: number, ended: Promise<unknown>): Promise<void> {
    const gone = this.#deps.onAbandoned(this, attempt, ended)
    const goingOn = (this.#goingOn ??= new Set())
    goingOn.add(gone)
    await gone
    goingOn.delete(gone)
  }

  /**
   * True if no abandoned action of this run is in the way. Where the run waits, the action gets its timeout once more to
   * end.
   */
  async #mayGoAgain(): Promise<boolean> {
    const { onHang, timeoutMs = 0 } = this.#policy
    const goingOn = this.#goingOn
    const isFree = goingOn === undefined || goingOn.size === 0
    if (isFree || onHang === 'continue' || this.own.overlap === 'allow') return true
    this.#enter('delayed', Infinity)
    const patience = new LazyAbort()
    const cancelPatience = this.#deps.timers.start(timeoutMs, () => patience.abort('the patience is over'))
    try {
      const ended = untilAborted(Promise.all(goingOn), patience).then((first) => first !== ABORTED)
      return await orAbort(ended, this.ending)
    } finally {
      cancelPatience()
      this.phase = 'running'
    }
  }

  async queued<T>(turn: Promise<T>): Promise<T> {
    const from = this.#deps.clock.monotonic()
    this.#enter('queued', this.#dueAt)
    try {
      return await turn
    } finally {
      this.#queuedMs += this.#deps.clock.monotonic() - from
      this.phase = 'running'
    }
  }

  async #delay(ms: number): Promise<void> {
    if (ms === 0) return this.ending.throwIfAborted()
    this.#enter('delayed', this.#deps.clock.monotonic() + ms)
    await this.#deps.clock.sleep(ms, this.ending.signal)
    this.phase = 'running'
  }

  #enter(phase: 'queued' | 'delayed', dueAt: number): void {
    this.phase = phase
    this.#dueAt = dueAt
    if (this.#drained !== undefined && dueAt > this.#drained.dueBy) this.cancel(this.#drained.reason)
  }

  #leftMs(): number {
    const { deadlineMs = Infinity } = this.own
    return deadlineMs - (this.#deps.clock.monotonic() - this.#askedAt)
  }

  waited(wait: SlotWait): void {
    this.#guard('onSlotWait', () => this.#deps.onSlotWait?.(wait))
  }

  /** An error or rejection of a hook is the caller's mistake, and must not become the action's failure. */
  #guard(name: string, hook: () => unknown): void {
    const failed = (error: unknown): void => this.#warn(`${name} threw: ${serializeError(error).message}`)
    try {
      onRejection(hook(), failed)
    } catch (error) {
      failed(error)
    }
  }

  #warn(problem: string): void {
    this.#notes.log(this.attempt, problem)
    this.#deps.logger.warn(`job '${this.key}': ${problem}`, { runId: this.task.runId, attempt: this.attempt })
  }

  #unsuccessful(status: 'failed' | CancelReason, thrown: unknown, note?: string): RunOutcome {
    const error = { ...serializeError(thrown), ...(note === undefined ? {} : { note }) }
    const ended = { error, thrown, ...this.#ended() }
    if (status === 'failed' || status === 'timeout') return { status, ...ended }
    return { status: 'cancelled', reason: status, ...ended }
  }

  #ended(): Omit<RunOutcome & { status: 'skipped' }, 'status' | 'reason'> {
    const { clock } = this.#deps
    const { progress } = this
    return {
      runId: this.task.runId,
      key: this.key,
      attempts: this.#attempts,
      startedAt: this.startedAt,
      endedAt: clock.now(),
      durationMs: this.#firstStart === undefined ? 0 : Math.round(clock.monotonic() - this.#firstStart),
      queuedMs: Math.round(this.#queuedMs),
      log: this.#notes.entries(),
      ...(progress === undefined ? undefined : { progress }),
    }
  }
}
