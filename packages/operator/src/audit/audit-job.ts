import type { RunHistory, RunRecord, Trigger } from '@s3sched/history'
import { systemClock, toDate } from '@s3sched/kernel'
import { type JobRecord, SchedulerError } from '@s3sched/jobs'
import { viewJob } from '../job-view.ts'
import { countTicks, NO_TICKS, type TickCounts, type TickEvidence } from './count-ticks.ts'
import { groundlessVerdicts } from './groundless-verdicts.ts'
import { historyHorizon } from './history-horizon.ts'
import type { ReadRecord } from './read-records.ts'
import { latestSettled, periodsOf, withinBounds } from './tick-period.ts'

export interface AuditedJob extends TickCounts {
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
  /** Runs without a tick between `from` and `to`, by their trigger; not part of the other counts. */
  readonly started: Readonly<Record<Exclude<Trigger, 'schedule'>, number>>
  /**
   * The reason why this row proves little or nothing; `null` in a sound bucket. Where the job's record can't be read,
   * every number of the row is 0.
   */
  readonly problem: string | null
}

/** The bucket of an audit. */
export interface AuditPlace {
  readonly store: ObjectStore
  readonly history: RunHistory
}

/** The bounds of an audit. Instants are epoch ms. */
export interface AuditBounds {
  readonly since: number | undefined
  readonly until: number | undefined
  readonly historyRetention: number
  readonly signal: AbortSignal | undefined
}

/** The numbers of a row without knowledge. */
const NOTHING: Omit<AuditedJob, 'job' | 'problem'> = {
  ...NO_TICKS,
  from: 0,
  to: 0,
  unclaimedSince: null,
  periods: 0,
  started: { manual: 0, chain: 0, start: 0, request: 0 },
}

/** @returns `undefined` for a job without any schedule so far, as far as known */
export async function auditJob(
  history: RunHistory,
  job: string,
  { now, read }: { readonly read: ReadRecord; readonly now: number },
  bounds: AuditBounds,
): Promise<AuditedJob | undefined> {
  if ('problem' in read) return { ...NOTHING, job, problem: read.problem }
  try {
    return await auditRecord(history, job, { ...read, now }, bounds)
  } catch (error) {
    // For example, the schedule of a newer version; an error of the store is no finding about this job.
    if (!(error instanceof SchedulerError)) throw error
    return { ...NOTHING, job, problem: error.message }
  }
}

interface ReadJob {
  readonly record: JobRecord
  /** The store's time at its answer, epoch ms; this machine's time where the store gives none. */
  readonly now: number
}

/** @returns `undefined` when the record is gone */
async function auditRecord(
  history: RunHistory,
  job: string,
  { now, record }: ReadJob,
  { historyRetention, signal, since, until = Infinity }: AuditBounds,
): Promise<AuditedJob | undefined> {
  const known = periodsOf(job, record, now)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const runs = await runsOf(history, job, Math.max(0, since ?? 0), signal)
  // Due, unsettled ticks need no record, however little of the history is left.
  const horizon = Math.min(last.settledTo, historyHorizon(record, runs))
  const from = Math.min(last.to, Math.max(first.from, since ?? horizon))
  const periods = known.flatMap((period) => withinBounds(period, from, until) ?? [])
  const to = Math.max(from, periods.at(-1)?.to ?? from)
  const groundless = groundlessVerdicts(record, runs, historyRetention)
  const open = record.running
  const counts = await countInTurns({ periods, runs, open, lostOnce: lostOnce(runs), groundless }, signal)
  const started = { manual: 0, chain: 0, start: 0, request: 0 }
  for (const { scheduledTime, trigger } of runs) {
    if (trigger !== 'schedule' && scheduledTime > from && scheduledTime <= until) started[trigger]++
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

async function runsOf(
  history: RunHistory,
  job: string,
  since: number,
  signal: AbortSignal | undefined,
): Promise<RunRecord[]> {
  const runs: RunRecord[] = []
  let cursor: string | undefined
  do {
    const query = { job, since, limit: 1000, details: false, signal }
    const page = await history.list(cursor === undefined ? query : { ...query, cursor })
    runs.push(...page.runs)
    cursor = page.cursor
  } while (cursor !== undefined)
  return runs
}

/** The runs that were ever declared lost, those that ended after all included. */
function lostOnce(runs: readonly RunRecord[]): Set<string> {
  const told = runs.filter(({ status, wasLost }) => status === 'lost' || wasLost === true)
  return new Set(told.map(({ runId }) => runId))
}
