import { emptyStatistics, foldStatistics, type JobStatistics, type RunRecord, type RunStatus } from '@s3sched/history'
import { changeFields, putRuns } from '@s3sched/jobs/testing'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { systemClock, type Clock } from '@s3sched/kernel'
import { createMemoryStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '@s3sched/plugin'

export interface SampleOptions {
  readonly jobs: number
  readonly runs: number
  readonly clock?: Clock
}

export interface SampleFleet extends AsyncDisposable {
  readonly store: ObjectStore
  readonly scheduler: SchedulerPlugin<undefined>
  /** The clock of the store. */
  readonly clock: Clock
  /** The last failed run, with attempts, a log and an error. */
  readonly failed: RunRecord
}

const NAMES = ['billing', 'report', 'import-orders', 'cleanup', 'mail-digest', 'sync-stock', 'backup', 'invoice']
const SCHEDULES = ['*/5 * * * *', '0 2 * * *', '30 * * * *', '0 8 * * 1-5', '*/15 * * * *', '0 0 1 * *']
const STATUSES: readonly RunStatus[] = ['failed', 'timeout', 'skipped', 'missed', 'lost', 'cancelled']

/** A fleet of one instance, the leader, with runs of the last day in its history. */
export async function createSampleFleet({ clock = systemClock, jobs, runs }: SampleOptions): Promise<SampleFleet> {
  const store = createMemoryStore({ clock })
  const random = createSeededRandom(7)
  const now = clock.now()
  const names = Array.from({ length: jobs }, (_, index) => {
    const name = NAMES[index % NAMES.length] ?? 'job'
    return index < NAMES.length ? name : `${name}-${Math.floor(index / NAMES.length) + 1}`
  })
  const definitions = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        schedule: SCHEDULES[index % SCHEDULES.length] ?? null,
        timezone: index % 2 === 0 ? 'UTC' : 'Europe/Berlin',
        description: `What ${name} is for`,
        ...(index % 3 === 0 ? { tags: ['money', 'nightly'] } : {}),
        ...(index % 5 === 0 ? { group: 'database' } : {}),
        ...(name === 'report' ? { after: 'billing' } : {}),
        retries: 2,
        action: (): { ok: boolean } => ({ ok: true }),
      },
    ]),
  )
  const scheduler = new SchedulerPlugin({
    store,
    clock,
    random,
    jobs: definitions,
    workerId: 'web-1',
    skipColdStart: true,
    historyRetention: 400 * 86_400_000,
  })
  const records = Array.from({ length: runs }, (_, index): RunRecord => {
    const status =
      random.float() < 0.04 ? (STATUSES[Math.floor(random.float() * STATUSES.length)] ?? 'failed') : 'success'
    const job = names[index % names.length] ?? 'billing'
    return sampleRun({
      job,
      runId: `r${index}`,
      status,
      at: now - Math.floor(((index + 1) / runs) * 86_400_000),
      random,
    })
  })
  const failed = sampleRun({ job: names[0] ?? 'billing', runId: 'bad', status: 'failed', at: now - 1000, random })
  await scheduler.start()
  const bucket = scopeStore(store, 's3sched/')
  await putRuns(bucket, [...records, failed])
  for (const name of names) await tell(bucket, name, records)
  return { store, scheduler, clock, failed, [Symbol.asyncDispose]: () => scheduler.stop({ timeout: 0 }) }
}

/** Puts the runs into the job's record, as if the scheduler had made them. */
async function tell(bucket: ObjectStore, job: string, runs: readonly RunRecord[]): Promise<void> {
  const own = runs.filter((run) => run.job === job).toReversed()
  const last = own.at(-1)
  const statistics = own.reduce<JobStatistics>(foldStatistics, emptyStatistics())
  const lastRun =
    last === undefined
      ? null
      : { ...last, fence: last.fence ?? 0, startedAt: last.startedAt ?? null, error: last.error?.message ?? null }
  await changeFields(bucket, job, (fields) => ({ ...fields, statistics, lastRun }))
}

interface RunSketch {
  readonly job: string
  readonly runId: string
  readonly status: RunStatus
  readonly at: number
  readonly random: ReturnType<typeof createSeededRandom>
}

function sampleRun({ at, job, random, runId, status }: RunSketch): RunRecord {
  const durationMs = Math.round(40 * 10 ** (random.float() * 2.5))
  const ran = status !== 'skipped' && status !== 'missed' && status !== 'lost'
  const error = { name: 'PaymentError', message: 'the gateway answered 502', stack: 'PaymentError: 502\n  at charge' }
  const common = {
    job,
    runId,
    status,
    scheduledTime: at,
    endedAt: at + durationMs,
    trigger: 'schedule',
    workerId: 'web-1',
    epoch: 1,
  } as const
  if (!ran) return { ...common, durationMs: 0, attempts: [], reason: 'nobody was there' }
  const attempt = { startedAt: at + 12, durationMs, status: status === 'success' ? 'success' : status } as const
  return {
    ...common,
    startedAt: at + 12,
    durationMs,
    lagMs: 12,
    attempts:
      status === 'success'
        ? [{ attempt: 1, ...attempt }]
        : [1, 2].map((number) => ({ attempt: number, ...attempt, error })),
    log: [{ at: at + 20, attempt: 1, message: 'charging 120 customers', fields: { batch: 1 } }],
    ...(status === 'success' ? { result: { sent: 120 } } : { error }),
  }
}

const MOMENT: number = Date.UTC(2026, 2, 28, 12)

/** A clock that stands still, for fleets without a browser. */
export function standingClock(): ManualClock {
  return createManualClock(MOMENT)
}
