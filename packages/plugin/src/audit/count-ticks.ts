import type { Schedule } from '@s3sched/cron'
import type { RunRecord } from '@s3sched/history'

/** What became of a job's ticks. `expected` is the sum of all but `doubled`. */
export interface TickCounts {
  readonly expected: number
  /** An action was called: it succeeded, failed, took too long or was cancelled. */
  readonly ran: number
  readonly skipped: number
  readonly missed: number
  readonly lost: number
  /** Claimed, and its record is not there yet. */
  readonly open: number
  /** No trace of it: a promise was broken. */
  readonly unaccounted: number
  /** Ticks whose action was started by more than one run: a promise was broken. */
  readonly doubled: number
}

export interface TickEvidence {
  readonly schedule: Schedule
  /** Ticks after this instant and up to `to` are counted; epoch ms. */
  readonly from: number
  readonly to: number
  readonly runs: readonly RunRecord[]
  /** Ticks whose runs the job's record still names. */
  readonly open: readonly number[]
}

/** Counts each tick of the schedule once, by what the strongest record of it says. */
export function countTicks({ from, open, runs, schedule, to }: TickEvidence): TickCounts {
  const scheduled = runs.filter((run) => run.trigger === 'schedule')
  const ran = new Map<number, number>()
  const byStatus = { skipped: new Set<number>(), missed: new Set<number>(), lost: new Set<number>() }
  const ranges = scheduled.filter((run) => run.status === 'missed' && run.from !== undefined && run.to !== undefined)
  for (const { attempts, scheduledTime, status } of scheduled) {
    if (status === 'skipped' || status === 'missed' || status === 'lost') byStatus[status].add(scheduledTime)
    else if (status === 'cancelled' && attempts.length === 0) byStatus.skipped.add(scheduledTime)
    else ran.set(scheduledTime, (ran.get(scheduledTime) ?? 0) + 1)
  }
  const isOpen = new Set(open)
  const counts = { expected: 0, ran: 0, skipped: 0, missed: 0, lost: 0, open: 0, unaccounted: 0, doubled: 0 }
  for (let tick = schedule.next(from); tick !== null && tick <= to; tick = schedule.next(tick)) {
    const at = tick
    counts.expected++
    const runsOfTick = ran.get(at) ?? 0
    if (runsOfTick > 1) counts.doubled++
    if (runsOfTick > 0) counts.ran++
    else if (byStatus.lost.has(at)) counts.lost++
    else if (byStatus.skipped.has(at)) counts.skipped++
    else if (byStatus.missed.has(at) || ranges.some((range) => isWithin(at, range))) counts.missed++
    else if (isOpen.has(at)) counts.open++
    else counts.unaccounted++
  }
  return counts
}

function isWithin(tick: number, { from = Infinity, to = -Infinity }: RunRecord): boolean {
  return from <= tick && tick <= to
}
