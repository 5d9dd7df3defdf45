import { AsyncLocalStorage } from 'node:async_hooks'

/** How far an action says it is. */
export interface Progress {
  /** Whatever number the action counts in; 0 to 1 is the custom. */
  readonly value: number
  readonly note?: string
  /** Wall clock, epoch ms. */
  readonly at: number
}

/** What an action is given. The task's own fields lie beside these; where names clash, these win. */
export interface RunContext {
  readonly runId: string
  /** 1 is the first. */
  readonly attempt: number
  /** Aborts when this attempt must end; its `reason` is a `CancelledError` that says why. */
  readonly signal: AbortSignal
  /** A number that grows with every claim: a store that refuses smaller ones can't be written by a late action. */
  readonly fence?: number | undefined
  /** Keeps a line with the run: 200 of them and 32 KiB, the newest win. Ignored once the attempt is over. */
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Says how far the run is. A value that is no finite number is noted in the log and not taken. */
  readonly progress: (value: number, note?: string) => void
  readonly [field: string]: unknown
}

const storage = new AsyncLocalStorage<RunContext>()

/** The context of the run that this code is called by, however deep; `undefined` outside of one. */
export function currentRun(): RunContext | undefined {
  return storage.getStore()
}

/** Calls `action` so that {@link currentRun} finds its context. */
export function callInContext<T>(context: RunContext, action: (context: RunContext) => T): T {
  return storage.run(context, action, context)
}
