/** The ticks of a job by its schedule in the bucket, computed anew: the checkers trust no code under test. */
import { periodOf } from '../jobs.ts'

/** The rules of a schedule beside its period. Instants are epoch ms; infinite where there is no bound. */
export interface TickRules {
  readonly from: number
  readonly until: number
  /** The schedule excludes the minutes of {@link isExcluded}. */
  readonly hasExclusion: boolean
}

/** Every third minute: see `EXCLUDED_MINUTES`. */
const EXCLUDED_MS = 180_000
const MINUTE_MS = 60_000

interface StoredRules {
  readonly of: readonly unknown[]
  readonly from?: number
  readonly until?: number
  readonly exclude?: readonly unknown[]
}

/** The period and the rules of a stored schedule. */
export function ticksOf(schedule: unknown): { readonly periodMs: number | undefined; readonly rules: TickRules } {
  const isPlain = typeof schedule !== 'object' || schedule === null || !('of' in schedule)
  const { exclude, from = -Infinity, of, until = Infinity } = (isPlain ? { of: [schedule] } : schedule) as StoredRules
  return { periodMs: periodOf(of[0] ?? null), rules: { from, until, hasExclusion: exclude !== undefined } }
}

/** The first tick after an instant: ticks are the multiples of the period. `undefined` without a further tick. */
export function nextTick(
  { periodMs, rules }: { readonly periodMs: number | undefined; readonly rules: TickRules },
  after: number,
): number | undefined {
  if (periodMs === undefined) return undefined
  let tick = (Math.floor(Math.max(after, rules.from - 1) / periodMs) + 1) * periodMs
  while (rules.hasExclusion && isExcluded(tick) && tick <= rules.until) tick += periodMs
  return tick <= rules.until ? tick : undefined
}

function isExcluded(tick: number): boolean {
  return tick % EXCLUDED_MS < MINUTE_MS
}
