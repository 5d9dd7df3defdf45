import { createHistory, parseRunKey, type RunRecord, type Trigger } from '@s3sched/history'
import { describe, isDate, systemClock } from '@s3sched/kernel'
import { listAll, openStore, readDocument, scopeStore, type ObjectStore } from '@s3sched/store'
import { parseJobRecord } from '../job/job-record-format.ts'
import { isLost } from '../job/job-changes.ts'
import type { JobRecord } from '../job/job-record.ts'
import { viewJob } from '../operator/job-view.ts'
import type { StoreInput } from '../options.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { countTicks, type TickCounts } from './count-ticks.ts'
import { groundlessVerdicts } from './groundless-verdicts.ts'
import { historyHorizon } from './history-horizon.ts'
import { periodsOf, withinBounds } from './tick-period.ts'

export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the definitions and the run records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default now, by the store's clock */
  readonly until?: Date | number
  /** As the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
  /** As the scheduler's option, in ms: a run that was declared lost later than that may have ended. @default 30 days */
  readonly historyRetention?: number
}

export interface AuditedJob extends TickCounts {
  readonly job: string
  /** The ticks that were looked at lie after the first and up to the second; epoch ms. */
  readonly from: number
  readonly to: number
  /**
   * The first tick that should have been settled long ago and is not: nobody claims the job's ticks, and those from here on are `open`.
   * `null` when there is none. Epoch ms.
   */
  readonly unclaimedSince: number | null
  /** How many schedules counted in between, one after the other; a pause begins a new one. */
  readonly periods: number
  /** Runs in between that no tick started, by what did; not part of the other counts. */
  readonly started: Readonly<Record<Exclude<Trigger, 'schedule'>, number>>
}

const PREFIX = 'jobs/'
const RETENTION_MS = 30 * 86_400_000

/**
 * Recomputes which ticks of each job were due and holds them against what the bucket says became of them. It reads the
 * bucket alone and believes no process: 1 LIST of the jobs, and for each that has or had a schedule 1 GET, 2 LIST per 1,000
 * runs and 1 GET per run.
 *
 * A tick that is due and that nobody has settled yet is `open`, up to the moment of the audit.
 *
 * The job's record tells what counted when, across changes of schedule and zone, pauses, removals and returns: the last 32
 * of them. What lies before those, and before what is left of pruned run records, can't be told and is not looked at; each
 * row says `from` when on it speaks.
 *
 * @throws SchedulerError `STORE` for a job's record that can't be read, since an audit without it would prove nothing;
 *   `INVALID_ARGUMENT`; and the store's errors
 */
export async function audit(connection: StoreInput, options: AuditOptions = {}): Promise<AuditedJob[]> {
  const { historyRetention = RETENTION_MS } = options
  const bounds = {
    since: instantOf('since', options.since),
    until: instantOf('until', options.until),
    historyRetention,
  }
  const opened = openStore(connection)
  try {
    return await auditStore(scopeStore(opened, options.prefix ?? 's3sched/'), bounds)
  } finally {
    if (opened !== connection) await opened.close()
  }
}

interface Bounds {
  readonly since: number | undefined
  readonly until: number | undefined
  readonly historyRetention: number
}

async function auditStore(store: ObjectStore, bounds: Bounds): Promise<AuditedJob[]> {
  const audited: AuditedJob[] = []
  for (const { key } of await listAll(store, PREFIX)) {
    const job = key.slice(PREFIX.length, -'.json'.length)
    const read = await readJob(store, job, key)
    const row = read === undefined ? undefined : await auditJob(store, job, read, bounds)
    if (row !== undefined) audited.push(row)
  }
  return audited
}

interface ReadJob {
  readonly record: JobRecord
  /** The store's time when it answered, epoch ms; this machine's where the store does not tell. */
  readonly now: number
}

/** @returns `undefined` when it is not there any more */
async function readJob(store: ObjectStore, job: string, key: string): Promise<ReadJob | undefined> {
  const read = await readDocument(store, key)
  if (read.outcome === 'missing' || read.outcome === 'unchanged') return undefined
  const parsed = read.outcome === 'found' ? parseJobRecord(read.fields) : read
  if (parsed.outcome === 'found') return { record: parsed.record, now: read.serverTime ?? systemClock.now() }
  throw new SchedulerError(`the record of job '${job}' is unreadable: ${parsed.problem}`, {
    code: 'STORE',
    suggestion: `Look at ${key} in the bucket`,
    context: { jobName: job },
  })
}

/** @returns `undefined` for a job that never had a schedule, as far as is known */
async function auditJob(
  store: ObjectStore,
  job: string,
  { now, record }: ReadJob,
  { historyRetention, since, until = Infinity }: Bounds,
): Promise<AuditedJob | undefined> {
  const known = periodsOf(job, record, now)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const runs = await runsOf(store, job, Math.max(0, since ?? 0))
  // What is due and not settled needs no record, however little is left of the history.
  const horizon = Math.min(last.settledTo, historyHorizon(record, runs))
  const from = Math.min(last.to, Math.max(first.from, since ?? horizon))
  const periods = known.flatMap((period) => withinBounds(period, from, until) ?? [])
  const to = Math.max(from, periods.at(-1)?.to ?? from)
  const groundless = groundlessVerdicts(record, runs, historyRetention)
  const open = record.running
  const counts = countTicks({ periods, runs, open, lostOnce: await lostOnce(store, job, record), groundless })
  const started = { manual: 0, chain: 0, start: 0, request: 0 }
  for (const { scheduledTime, trigger } of runs) {
    if (trigger !== 'schedule' && scheduledTime > from && scheduledTime <= until) started[trigger]++
  }
  const { overdueSince: unclaimedSince } = viewJob(job, record, now)
  return { job, from, to, unclaimedSince, periods: periods.length, ...counts, started }
}

async function runsOf(store: ObjectStore, job: string, since: number): Promise<RunRecord[]> {
  const history = createHistory(store)
  const runs: RunRecord[] = []
  let cursor: string | undefined
  do {
    const page = await history.list({ job, since, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    runs.push(...page.runs)
    cursor = page.cursor
  } while (cursor !== undefined)
  return runs
}

/**
 * The history shows the end of a run that was declared lost and ended after all; its keys still tell both. A verdict that
 * the history does not have yet is in the job's record, which does not take it back before.
 */
async function lostOnce(store: ObjectStore, job: string, { running }: JobRecord): Promise<Set<string>> {
  const keys = (await listAll(store, `runs/${job}/`)).map(({ key }) => parseRunKey(key))
  return new Set([
    ...running.filter(isLost).map(({ runId }) => runId),
    ...keys.flatMap((key) => (key?.status === 'lost' ? [key.runId] : [])),
  ])
}

/** @throws SchedulerError `INVALID_ARGUMENT` */
function instantOf(name: string, instant: unknown): number | undefined {
  const ms = isDate(instant) ? instant.getTime() : instant
  if (ms === undefined || (typeof ms === 'number' && !Number.isNaN(ms))) return ms
  throw new SchedulerError(`audit: expected ${name} to be epoch ms or a valid Date, got ${describe(instant)}`, {
    code: 'INVALID_ARGUMENT',
  })
}
