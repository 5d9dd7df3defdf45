import type { ProblemReports, Trigger } from '@s3sched/history'
import { systemClock, toDate } from '@s3sched/kernel'
import type { JobRecord } from '@s3sched/jobs'
import { viewJob } from '../job-view.ts'
import { countTicks, NO_TICKS, type TickCounts, type TickEvidence } from './count-ticks.ts'
import { historyHorizon } from './history-horizon.ts'
import type { RunEvidence } from './run-evidence.ts'
import { latestSettled, withinBounds, type TickPeriod } from './tick-period.ts'

/** The ticks of a job in the audited period, counted by what became of them. Instants are epoch ms. */
export interface AuditedJob extends TickCounts {
  /** The job's name; the key of the object, such as `jobs/pages/01.json`, for a page of jobs that can't be read. */
  readonly job: string
  /** The audited ticks lie after `from` and up to `to`; epoch ms. */
  readonly from: number
  readonly to: number
  /**
   * The first tick that should have been settled long ago: nobody claims the job's ticks, and the ticks from here on
   * are `open`. `null` without such a tick. Epoch ms.
   */
  readonly unclaimedSince: number | null
  /** Number of consecutive schedules in force between `from` and `to`; a pause begins a new period. */
  readonly periods: number
  /**
   * Runs between `from` and `to` that no tick of the schedule started, by their trigger. A backfill's run of a due tick is
   * part of the other counts, too.
   */
  readonly started: Readonly<Record<Exclude<Trigger, 'schedule'>, number>>
  /**
   * The reason why this row proves little or nothing; `null` in a sound bucket. Where the job's record can't be read,
   * every number of the row is 0.
   */
  readonly problem: string | null
}

/** The bounds of an audit. Instants are epoch ms. */
export interface AuditBounds {
  readonly since: number | undefined
  readonly until: number | undefined
  readonly signal: AbortSignal | undefined
  readonly onProblem?: ProblemReports['onProblem']
}

/** The audit of a job that has a schedule or had one before, from the bucket alone. */
export interface JobEvidence {
  readonly job: string
  readonly record: JobRecord
  /** At least one, oldest first. */
  readonly periods: readonly TickPeriod[]
  readonly runs: RunEvidence
  /** Outcomes up to this instant may have been pruned, epoch ms; `undefined` where nothing ever was. */
  readonly prunedTo: number | undefined
  /** The store's time, epoch ms; this machine's time where the store gives none. */
  readonly now: number
}

/** The numbers of a row without knowledge. */
const NOTHING: Omit<AuditedJob, 'job' | 'problem'> = {
  ...NO_TICKS,
  from: 0,
  to: 0,
  unclaimedSince: null,
  periods: 0,
  started: { manual: 0, chain: 0, start: 0, request: 0, backfill: 0 },
}

/** A row that proves nothing. */
export function problemRow(job: string, problem: string): AuditedJob {
  return { ...NOTHING, job, problem }
}

/** The row of a job with a readable record. */
export async function auditJob(
  { job, now, periods: known, prunedTo, record, runs }: JobEvidence,
  { signal, since, until = Infinity }: AuditBounds,
): Promise<AuditedJob> {
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) throw new TypeError(`job '${job}' never had a schedule`)
  const { statistics } = record
  // Due, unsettled ticks need no record, however little of the history is left.
  const horizon = Math.min(last.settledTo, historyHorizon({ statistics, counted: runs.counted, prunedTo }))
  const from = Math.min(last.to, Math.max(first.from, since ?? horizon))
  const periods = known.flatMap((period) => withinBounds(period, from, until) ?? [])
  const to = Math.max(from, periods.at(-1)?.to ?? from)
  const counts = await countInTurns({ periods, runs, open: record.running }, signal)
  const startedBy = (trigger: Trigger): number => runs.startedWithin(trigger, from, until)
  const started = {
    manual: startedBy('manual'),
    chain: startedBy('chain'),
    start: startedBy('start'),
    request: startedBy('request'),
    backfill: startedBy('backfill'),
  }
  const { overdueSince: unclaimedSince } = viewJob(job, record, now)
  const problem = settledAhead(record, now)
  return { job, from, to, unclaimedSince, periods: periods.length, ...counts, started, problem }
}

/** Gives other work a turn between steps: a job with a tick every second has 86,400 ticks a day. */
async function countInTurns(evidence: TickEvidence, signal: AbortSignal | undefined): Promise<TickCounts> {
  const counting = countTicks(evidence)
  for (;;) {
    const step = counting.next()
    if (step.done === true) return step.value
    await systemClock.sleep(0, signal)
  }
}

/** A job with a settled tick far ahead does not run, and shows no other sign of the problem. */
function settledAhead({ lastTick }: JobRecord, now: number): string | null {
  if (lastTick === null || lastTick <= latestSettled(now)) return null
  return `its record says that every tick up to ${toDate(lastTick).toISOString()} is settled, so that none before runs`
}
