import type { Trait } from './traits.ts'

/** Promises that are looked at, and not held against a run yet: the code is known to break them. */
export const NOT_YET_KEPT: ReadonlySet<string> = new Set()

/** The violations of promises that are kept so far: a violation begins with the name of its promise. */
export function ofKept(violations: readonly string[]): string[] {
  return violations.filter((violation) => !NOT_YET_KEPT.has(violation.split(':')[0] ?? ''))
}

/** Traits that are drawn; one is left out only while the code is known not to bear it. */
export const DRAWN: Readonly<Record<Trait, boolean>> = {
  retention: true,
  'no-history': true,
  heartbeats: true,
  'one-worker-id': true,
  'run-due': true,
  deletions: true,
  idle: true,
}

/** Whether all passes of a machine that makes passes have one worker id: what one of them left is not resolved by the next. */
export const PASSES_KEEP_WORKER_ID = true
