import { AsyncLocalStorage } from 'node:async_hooks'
import type { LazyAbort } from '@s3sched/kernel'

/** The progress of an action, as reported by the action. */
export interface Progress {
  /** A number in any unit of the action's choice; 0 to 1 is usual. */
  readonly value: number
  readonly note?: string
  /** Wall clock, epoch ms. */
  readonly at: number
}

/** The argument of an action. The task's own fields lie beside these; where names clash, the fields here win. */
export interface RunContext {
  /** The id of the run, the same for all attempts. */
  readonly runId: string
  /** 1 is the first. */
  readonly attempt: number
  /** Aborts when this attempt must end; its `reason` is a `CancelledError` with the cause. */
  readonly signal: AbortSignal
  /**
   * A number that grows with every claim: a store that refuses smaller fences can't be overwritten by a late action.
   */
  readonly fence?: number | undefined
  /**
   * Keeps a line with the run: at most 200 lines and 32 KiB, and the oldest lines go first. Ignored after the end of
   * the attempt.
   */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Reports the progress of the run. A value that is no finite number is noted in the log and ignored. */
  readonly progress: (value: number, note?: string) => void
  readonly [field: string]: unknown
}

/** The owner of the signal. */
const ENDING: unique symbol = Symbol('ending')

/**
 * The signal of a context is made when somebody looks at it: a signal costs more than the rest of the context, and the
 * actions of most runs ignore it. All contexts share the getter, so that their objects have one shape.
 */
const SIGNAL: PropertyDescriptor & ThisType<{ readonly [ENDING]: LazyAbort }> = {
  get() {
    return this[ENDING].signal
  },
  enumerable: true,
  configurable: true,
}

/** The attempt of a context. */
export interface ContextOwner extends Pick<RunContext, 'runId' | 'attempt' | 'fence' | 'log' | 'progress'> {
  /** Aborts when the attempt must end. */
  readonly ending: LazyAbort
}

/** The context of an attempt. */
export function createContext(fields: Readonly<Record<string, unknown>>, own: ContextOwner): RunContext {
  const { attempt, ending, fence, log, progress, runId } = own
  const context: Record<string | symbol, unknown> = { ...fields, runId, attempt, fence, log, progress }
  context[ENDING] = ending
  return Object.defineProperty(context, 'signal', SIGNAL) as unknown as RunContext
}

const KEY: unique symbol = Symbol.for('s3sched.current-run')

/** A single one for all loaded copies of this package: an action may ask another copy than the copy of its scheduler. */
function storage(): AsyncLocalStorage<RunContext> {
  const shared = globalThis as { [KEY]?: AsyncLocalStorage<RunContext> }
  return (shared[KEY] ??= new AsyncLocalStorage<RunContext>())
}

/** The context of the run that called this code, at any depth; `undefined` outside of a run. */
export function currentRun(): RunContext | undefined {
  return storage().getStore()
}

/** Calls `action` so that {@link currentRun} finds its context. */
export function callInContext<T>(context: RunContext, action: (context: RunContext) => T): T {
  return storage().run(context, action, context)
}
