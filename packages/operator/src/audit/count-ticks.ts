import type { OpenRun } from '@s3sched/jobs'
import type { Fate, RunEvidence, TickRange } from './run-evidence.ts'
import type { TickPeriod } from './tick-period.ts'

/** The outcomes of a job's ticks. `expected` is the sum of all other counts except `doubled`. */
export interface TickCounts {
  readonly expected: number
  /** An action was called, and succeeded, failed, took too long or was cancelled. */
  readonly ran: number
  readonly skipped: number
  readonly missed: number
  readonly lost: number
  /** Due and not settled yet, or claimed without an outcome so far. */
  readonly open: number
  /** Due, but the job was paused, removed or given another schedule before any claim. */
  readonly withdrawn: number
  /** No trace of the tick: a promise was broken. */
  readonly unaccounted: number
  /**
   * Ticks whose action was started by several runs, without a lost run that another run replaced: a promise was broken.
   */
  readonly doubled: number
}

export interface TickEvidence {
  readonly periods: readonly TickPeriod[]
  readonly runs: RunEvidence
  /** The runs that the job's record still names. */
  readonly open: readonly Pick<OpenRun, 'tick' | 'trigger'>[]
}

/** Counts each due tick once, by its strongest record. Yields at intervals, so that other work gets a turn. */
export function* countTicks({ open, periods, runs }: TickEvidence): Generator<undefined, TickCounts> {
  const evidenceOf = runs.reader()
  const named = new Set(
    open.filter(({ trigger }) => trigger === 'schedule' || trigger === 'backfill').map(({ tick }) => tick),
  )
  const counts = { ...NO_TICKS }
  const unseen = (tick: number, { isInForce, settledTo }: TickPeriod): Fate | 'open' | 'unaccounted' | 'withdrawn' => {
    if (isWithin(tick, runs.missed)) return 'missed'
    if (named.has(tick)) return 'open'
    if (tick <= settledTo) return 'unaccounted'
    return isInForce ? 'open' : 'withdrawn'
  }
  for (const period of periods) {
    const { from, schedule, to } = period
    for (let tick = schedule.next(from); tick !== null && tick <= to; tick = schedule.next(tick)) {
      const { fate, isDoubled } = evidenceOf(tick)
      if (++counts.expected % TICKS_PER_TURN === 0) yield
      if (isDoubled) counts.doubled++
      counts[fate ?? unseen(tick, period)]++
    }
  }
  return counts
}

/** Ticks counted within some milliseconds. */
const TICKS_PER_TURN = 5000
/** The counts without any due tick. */
export const NO_TICKS: TickCounts = {
  expected: 0,
  ran: 0,
  skipped: 0,
  missed: 0,
  lost: 0,
  open: 0,
  withdrawn: 0,
  unaccounted: 0,
  doubled: 0,
}

function isWithin(tick: number, ranges: readonly TickRange[]): boolean {
  return ranges.some(({ from, to }) => from <= tick && tick <= to)
}
