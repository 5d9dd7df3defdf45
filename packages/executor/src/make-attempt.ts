import { LazyAbort, type Clock, type Timers } from '@s3sched/kernel'
import { awaitAction, callAction, GoingOn, recordOf, type AttemptEnd } from './attempt.ts'
import { CancelledError } from './cancelled-error.ts'
import type { LoopWatch } from './loop-watch.ts'
import { callInContext, createContext } from './run-context.ts'
import type { RunNotes } from './run-notes.ts'
import type { AttemptRecord } from './run-outcome.ts'
import type { Task } from './task.ts'

export interface MakeAttemptDeps {
  readonly clock: Clock
  readonly timers: Timers
  readonly loopWatch: LoopWatch | undefined
}

/** An attempt about to begin. */
export interface AttemptStart {
  readonly task: Required<Task>
  readonly attempt: number
  readonly fence: number | undefined
  readonly notes: RunNotes
  /** Aborts when the run has to end. */
  readonly runEnding: LazyAbort
  /** By the wall clock, and by the monotonic clock. */
  readonly startedAt: number
  readonly started: number
  readonly timeoutMs: number | undefined
  readonly graceMs: number
  readonly onTimeout: () => void
}

/** An attempt that has ended. */
export interface MadeAttempt {
  readonly end: AttemptEnd
  readonly record: AttemptRecord
}

/** An action that goes on. */
interface Calling {
  /** Aborts when the attempt has to end. */
  readonly ending: LazyAbort
  readonly over: (end: AttemptEnd) => MadeAttempt
}

/** Calls the action of a run. @returns a promise only where the action returned one */
export function makeAttempt(deps: MakeAttemptDeps, start: AttemptStart): MadeAttempt | Promise<MadeAttempt> {
  const { clock, loopWatch } = deps
  const { attempt, fence, runEnding, started, startedAt, task } = start
  const { action, fields, key, runId } = task
  const ending = new LazyAbort()
  const forward = (): void => ending.abort(runEnding.reason)
  runEnding.add(forward)
  const notes = start.notes.open(attempt)
  const { log, progress } = notes
  const context = createContext(fields, { runId, attempt, fence, log, progress }, ending)
  const call = (): unknown => callInContext(context, action)
  const called = callAction(loopWatch === undefined ? call : () => loopWatch.measure({ key, runId, attempt }, call))
  const over = (end: AttemptEnd): MadeAttempt => {
    notes.close()
    runEnding.delete(forward)
    return { end, record: recordOf(attempt, startedAt, clock.monotonic() - started, end) }
  }
  if (called instanceof GoingOn) return awaitAttempt(deps, start, called, { ending, over })
  // The action told its own run to end, and the signal has the last word.
  return over(ending.aborted ? { outcome: 'aborted', reason: CancelledError.from(ending.reason) } : called)
}

async function awaitAttempt(
  { clock, loopWatch, timers }: MakeAttemptDeps,
  { graceMs, onTimeout, started, timeoutMs }: AttemptStart,
  called: GoingOn,
  { ending, over }: Calling,
): Promise<MadeAttempt> {
  loopWatch?.begin()
  const usedMs = clock.monotonic() - started
  const end = await awaitAction(called, { timers, ending, timeoutMs, usedMs, graceMs, onTimeout })
  loopWatch?.end()
  return over(end)
}
