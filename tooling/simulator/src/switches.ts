/** Promises known to be broken by the code: their violations are left out of the result. */
export const NOT_YET_KEPT: ReadonlySet<string> = new Set()

/** The violations of all other promises. */
export function ofKept(violations: readonly string[]): string[] {
  return violations.filter((violation) => !NOT_YET_KEPT.has(promiseOf(violation)))
}

/** The name of the broken promise: the text of a violation begins with the name. */
export function promiseOf(violation: string): string {
  return violation.split(':')[0] ?? ''
}

/** The violations of a promise; all violations for `undefined`. */
export function violationsOf(violations: readonly string[], promise: string | undefined): readonly string[] {
  return promise === undefined ? violations : violations.filter((violation) => promiseOf(violation) === promise)
}

export type Trait =
  | 'retention'
  | 'no-history'
  | 'heartbeats'
  | 'one-worker-id'
  | 'run-due'
  | 'deletions'
  | 'idle'
  | 'crowd'
  | 'results'
  | 'archive'
  | 'slow-store'
  | 'backfill'

/** The drawn traits; a trait is left out only while the code is known not to bear the trait. */
export const DRAWN: Readonly<Record<Trait, boolean>> = {
  retention: true,
  'no-history': true,
  heartbeats: true,
  'one-worker-id': true,
  'run-due': true,
  deletions: true,
  idle: true,
  crowd: true,
  results: true,
  archive: true,
  'slow-store': true,
  backfill: true,
}

/** Lets the passes of a machine share a worker id; `false` while a pass cannot resolve runs left by the last pass. */
export const PASSES_KEEP_WORKER_ID = true
