import type { Clock } from '@s3sched/kernel'
import { CancelledError } from './cancelled-error.ts'
import {
  makeAttempt,
  type AttemptHost,
  type AttemptMaker,
  type MadeAttempt,
  type MakeAttemptDeps,
} from './make-attempt.ts'
import type { RunNotes } from './run-notes.ts'
import type { AttemptRecord } from './run-outcome.ts'
import type { ResolvedPolicy } from './run-policy.ts'
import { Stopwatch } from './stopwatch.ts'
import { orAbort } from './until-aborted.ts'

export interface RunAttemptsDeps extends MakeAttemptDeps {
  readonly clock: Clock
  readonly graceMs: number
}

/** The attempts of one run: their number, their records, and the actions among them that go on. */
export class RunAttempts implements AttemptHost {
  /** The number of the present attempt, or of the next one between two attempts. */
  attempt: number
  readonly records: AttemptRecord[] = []
  readonly run: AttemptMaker
  readonly notes: RunNotes

  readonly #deps: RunAttemptsDeps
  readonly #policy: Pick<ResolvedPolicy, 'graceMs' | 'timeoutMs'>
  /** The time of the request, by the wall clock. */
  readonly #askedAt: number
  /** Started with the first attempt. */
  #first: Stopwatch | undefined
  /** The abandoned actions of this run that still execute; the promises resolve at the end of the actions. */
  #goingOn: Set<Promise<void>> | undefined

  constructor(
    deps: RunAttemptsDeps,
    run: AttemptMaker,
    policy: Pick<ResolvedPolicy, 'graceMs' | 'timeoutMs'>,
    notes: RunNotes,
  ) {
    this.#deps = deps
    this.run = run
    this.#policy = policy
    this.notes = notes
    this.attempt = run.own.firstAttempt
    this.#askedAt = deps.clock.now()
  }

  get timeoutMs(): number | undefined {
    return this.#policy.timeoutMs
  }

  get graceMs(): number {
    return this.#policy.graceMs ?? this.#deps.graceMs
  }

  /** Start of the first attempt, or the time of the request before the first attempt. Wall clock, epoch ms. */
  get startedAt(): number {
    return this.#first?.startedAt ?? this.#askedAt
  }

  /** True from the start of the first attempt on. */
  get haveBegun(): boolean {
    return this.#first !== undefined
  }

  /** The time since the start of the first attempt, in ms; 0 before. */
  elapsedMs(): number {
    return this.#first?.elapsedMs() ?? 0
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
    const { ending, own } = this.run
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
    const { ending } = this.run
    if (!(await orAbort(may, ending))) throw new CancelledError('superseded')
    ending.throwIfAborted()
    return this.#call()
  }

  #call(): MadeAttempt | Promise<MadeAttempt> {
    const { attempt } = this
    const watch = new Stopwatch(this.#deps.clock)
    this.#first ??= watch
    this.run.callHook('onAttemptStart', () => this.run.own.onAttemptStart?.(attempt))
    const made = makeAttempt(this.#deps, this, watch)
    return made instanceof Promise ? made.then((each) => this.#note(each)) : this.#note(made)
  }

  #note(made: MadeAttempt): MadeAttempt {
    const { end, record } = made
    this.records.push(record)
    if (end.outcome === 'aborted' && end.abandoned !== undefined) void this.#giveUp(record.attempt, end.abandoned)
    return made
  }

  async #giveUp(attempt: number, ended: Promise<unknown>): Promise<void> {
    const gone = this.run.abandoned(attempt, ended)
    const goingOn = (this.#goingOn ??= new Set())
    goingOn.add(gone)
    await gone
    goingOn.delete(gone)
  }
}
