/** The messages of the parent to an instance. */
export type WorkerCommand = 'run-by-hand' | 'change-jobs' | 'stop'

/** The messages of an instance to its parent. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'leads'; readonly epoch: number }
  | { readonly kind: 'demoted'; readonly reason: string }
  | { readonly kind: 'started'; readonly jobName: string; readonly lag: number }
  | { readonly kind: 'completed'; readonly jobName: string; readonly duration: number; readonly attempts: number }
  | { readonly kind: 'failed'; readonly jobName: string; readonly status: string; readonly error: string }
  | { readonly kind: 'retry'; readonly jobName: string; readonly attempt: number; readonly error: string }
  | { readonly kind: 'skipped'; readonly jobName: string; readonly reason: string }
  | { readonly kind: 'missed'; readonly jobName: string; readonly count: number }
  | { readonly kind: 'lost'; readonly jobName: string; readonly reason: string }
  | { readonly kind: 'changed' }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'trouble'; readonly error: string }
