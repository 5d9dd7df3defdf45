import type { JobChange, Trouble } from './plan.ts'

/** The arguments of an instance. */
export interface WorkerArgs {
  readonly store: string
  readonly workerId: string
  readonly life: string
  readonly journal: string
  readonly heartbeatMs: number
}

/** The messages from the parent to an instance. */
export type WorkerCommand =
  | { readonly kind: 'stop' }
  | { readonly kind: 'run-by-hand' | JobChange }
  /** Trouble inside of the instance, for a store that no proxy can stand before. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble | 'none' }

/** The messages from an instance to its parent. */
export type WorkerReport = { readonly kind: 'ready' } | { readonly kind: 'leads' } | { readonly kind: 'leads-no-more' }

/** The exit code of an instance that could not reach its store at the start; the supervisor tries again. */
export const COULD_NOT_START = 3
