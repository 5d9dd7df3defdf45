import { createHistory, type RunRecord } from '@s3sched/history'
import { isDate } from '@s3sched/kernel'
import { listAll, openStore, readDocument, scopeStore, type ObjectStore } from '@s3sched/store'
import type { Schedule } from '@s3sched/cron'
import { compileSchedule } from '../job/compile-schedule.ts'
import { parseJobRecord } from '../job/job-record-format.ts'
import { effectiveSpec, type JobRecord } from '../job/job-record.ts'
import type { StoreInput } from '../options.ts'
import { countTicks, type TickCounts } from './count-ticks.ts'

export interface AuditOptions {
  /** Only ticks after this instant. @default as far back as the records go */
  readonly since?: Date | number
  /** Only ticks up to this instant. @default the last tick that was settled */
  readonly until?: Date | number
  /** As the scheduler's option. @default 's3sched/' */
  readonly prefix?: string
}

export interface AuditedJob extends TickCounts {
  readonly job: string
  /** The ticks that were looked at lie after the first and up to the second; epoch ms. */
  readonly from: number
  readonly to: number
}

const PREFIX = 'jobs/'

/**
 * Recomputes which ticks of each job were due and holds them against what the bucket says became of them. It reads the
 * bucket alone and believes no process.
 *
 * A job's ticks are looked at from its definition, its last resumption or its last change of schedule on, since what was
 * in force before is not in the bucket any more, and up to the last tick that was settled.
 */
export async function audit(connection: StoreInput, options: AuditOptions = {}): Promise<AuditedJob[]> {
  const opened = openStore(connection)
  try {
    return await auditStore(scopeStore(opened, options.prefix ?? 's3sched/'), options)
  } finally {
    if (opened !== connection) await opened.close()
  }
}

async function auditStore(store: ObjectStore, options: AuditOptions): Promise<AuditedJob[]> {
  const audited: AuditedJob[] = []
  for (const { key } of await listAll(store, PREFIX)) {
    const job = key.slice(PREFIX.length, -'.json'.length)
    const read = await readDocument(store, key)
    const parsed = read.outcome === 'found' ? parseJobRecord(read.fields) : undefined
    if (parsed?.outcome !== 'found') continue
    const schedule = compileSchedule(job, effectiveSpec(parsed.record))
    if (schedule !== null) audited.push(await auditJob(store, job, parsed.record, schedule, options))
  }
  return audited
}

async function auditJob(
  store: ObjectStore,
  job: string,
  record: JobRecord,
  schedule: Schedule,
  { since, until }: AuditOptions,
): Promise<AuditedJob> {
  const from = Math.max(record.since, instantOf(since) ?? -Infinity)
  const to = Math.min(record.lastTick ?? record.since, instantOf(until) ?? Infinity)
  const open = record.running.filter((run) => run.trigger === 'schedule').map((run) => run.tick)
  return { job, from, to, ...countTicks({ schedule, from, to, runs: await runsOf(store, job, from), open }) }
}

async function runsOf(store: ObjectStore, job: string, from: number): Promise<RunRecord[]> {
  const history = createHistory(store)
  const runs: RunRecord[] = []
  let cursor: string | undefined
  do {
    const page = await history.list({ job, since: from, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    runs.push(...page.runs)
    cursor = page.cursor
  } while (cursor !== undefined)
  return runs
}

function instantOf(instant: Date | number | undefined): number | undefined {
  return isDate(instant) ? instant.getTime() : instant
}
