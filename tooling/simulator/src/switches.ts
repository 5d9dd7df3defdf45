/** Promises that are looked at, and not held against a run yet: the code is known to break them. */
export const NOT_YET_KEPT: ReadonlySet<string> = new Set(['early', 'request', 'cancel', 'standby'])

/** The violations of promises that are kept so far: a violation begins with the name of its promise. */
export function ofKept(violations: readonly string[]): string[] {
  return violations.filter((violation) => !NOT_YET_KEPT.has(violation.split(':')[0] ?? ''))
}
