import type { RunRecord } from '@s3sched/history'
import type { OpenRun } from '@s3sched/jobs'
import type { TickPeriod } from './tick-period.ts'

/** The outcomes of a job's ticks. `expected` is the sum of all other counts except `doubled`. */
export interface TickCounts {
  readonly expected: number
  /** An action was called, and succeeded, failed, took too long or was cancelled. */
  readonly ran: number
  readonly skipped: number
  readonly missed: number
  readonly lost: number
  /** Due and not settled yet, or claimed without a record so far. */
  readonly open: number
  /** Due, but the job was paused, removed or given another schedule before any claim. */
  readonly withdrawn: number
  /** No trace of the tick, or an unproven verdict `lost`: a promise was broken. */
  readonly unaccounted: number
  /**
   * Ticks whose action was started by several runs, without a lost run that another run replaced: a promise was broken.
   */
  readonly doubled: number
}

export interface TickEvidence {
  readonly periods: readonly TickPeriod[]
  readonly runs: readonly RunRecord[]
  /** The runs that the job's record still names. */
  readonly open: readonly Pick<OpenRun, 'tick' | 'trigger'>[]
  /** Runs that were ever declared lost, even with an end after all: another run may have replaced each. */
  readonly lostOnce: ReadonlySet<string>
  /** Runs counted as lost without a proof: each may have ended without any remaining trace. @default none */
  readonly groundless?: ReadonlySet<string>
}

type Fate = Exclude<keyof TickCounts, 'expected' | 'doubled'>

/** Counts each due tick once, by its strongest record. Yields at intervals, so that other work gets a turn. */
export function* countTicks({
  groundless = NO_RUNS,
  lostOnce,
  open,
  periods,
  runs,
}: TickEvidence): Generator<undefined, TickCounts> {
  const scheduled = runs.filter((run) => run.trigger === 'schedule')
  const fates = new Map<number, Set<Fate>>()
  const ranRuns = new Map<number, number>()
  for (const run of scheduled) {
    const fate = fateOf(run)
    const isGroundless = groundless.has(run.runId)
    if (!isGroundless) fates.set(run.scheduledTime, (fates.get(run.scheduledTime) ?? new Set()).add(fate))
    if (!isGroundless && (fate !== 'ran' || lostOnce.has(run.runId))) continue
    ranRuns.set(run.scheduledTime, (ranRuns.get(run.scheduledTime) ?? 0) + 1)
  }
  const missed = scheduled.filter((run) => run.status === 'missed').map(rangeOf)
  const named = open.filter((run) => run.trigger === 'schedule').map(({ tick }) => ({ from: tick, to: tick }))
  const counts = { ...NO_TICKS }
  for (const { from, isInForce, schedule, settledTo, to } of periods) {
    for (let tick = schedule.next(from); tick !== null && tick <= to; tick = schedule.next(tick)) {
      const known = fates.get(tick)
      const strongest = STRENGTH.find((fate) => known?.has(fate) === true)
      if (++counts.expected % TICKS_PER_TURN === 0) yield
      if ((ranRuns.get(tick) ?? 0) > 1) counts.doubled++
      if (strongest !== undefined) counts[strongest]++
      else if (isWithin(tick, missed)) counts.missed++
      else if (isWithin(tick, named)) counts.open++
      else if (tick <= settledTo) counts.unaccounted++
      else counts[isInForce ? 'open' : 'withdrawn']++
    }
  }
  return counts
}

const STRENGTH: readonly Fate[] = ['ran', 'lost', 'skipped', 'missed']

/** Ticks counted within some milliseconds. */
const TICKS_PER_TURN = 5000
const NO_RUNS: ReadonlySet<string> = new Set()
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

function fateOf({ attempts, status }: RunRecord): Fate {
  if (status === 'skipped' || status === 'missed' || status === 'lost') return status
  return status === 'cancelled' && attempts.length === 0 ? 'skipped' : 'ran'
}

interface Range {
  readonly from: number
  readonly to: number
}

function rangeOf({ from, scheduledTime, to }: RunRecord): Range {
  return { from: from ?? scheduledTime, to: to ?? scheduledTime }
}

function isWithin(tick: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ from, to }) => from <= tick && tick <= to)
}
