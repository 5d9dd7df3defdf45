import type { RunRecord } from '@s3sched/history'
import { damageRecord, putRuns } from '@s3sched/jobs/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore, readDocument, scopeStore, encodeDocument, type ObjectStore } from '@s3sched/store'

/** Text that breaks out of an attribute, of a text, and of an element with text only. */
export const EVIL = `"'><img src=x onerror=alert(1)><script>alert(2)</script></pre></title>`
export const EVIL_AT: number = Date.UTC(2026, 0, 1)

/** Every page that shows a part of the hostile texts. */
export const HOSTILE_PATHS: readonly string[] = [
  '',
  'timeline',
  'jobs',
  `jobs?q=${encodeURIComponent(EVIL)}`,
  'failures',
  'jobs/evil',
  'jobs/evil/run',
  `jobs/evil/runs/r1?at=${EVIL_AT}`,
  'jobs/evil/calendar',
  `jobs/${encodeURIComponent(EVIL)}`,
  `timeline?q=${encodeURIComponent(EVIL)}`,
]

/** A fleet whose writable texts are all written by an attacker. */
export async function createHostileFleet(): Promise<AsyncDisposable & { readonly store: ObjectStore }> {
  const store = createMemoryStore()
  const scheduler = new SchedulerPlugin({
    store,
    skipColdStart: true,
    jobs: { evil: { schedule: '0 0 * * *', description: EVIL, action: () => EVIL } },
  })
  await scheduler.start()
  const error = { name: EVIL, message: EVIL, stack: EVIL, code: EVIL, note: EVIL, details: { [EVIL]: EVIL } }
  const run: RunRecord = {
    runId: 'r1',
    job: 'evil',
    status: 'failed',
    scheduledTime: EVIL_AT,
    startedAt: EVIL_AT,
    endedAt: EVIL_AT + 5,
    durationMs: 5,
    attempts: [{ attempt: 1, startedAt: EVIL_AT, durationMs: 5, status: 'failed', error }],
    error: { ...error, cause: error, errors: [error] },
    result: { [EVIL]: EVIL },
    reason: EVIL,
    log: [{ at: EVIL_AT, attempt: 1, message: EVIL, fields: { [EVIL]: EVIL } }],
    trigger: 'manual',
    workerId: EVIL,
  }
  const bucket = scopeStore(store, 's3sched/')
  await putRuns(bucket, [run])
  await damageRecord(bucket, 'odd', JSON.stringify({ v: '<img src=x>' }))
  const member = {
    workerId: EVIL,
    host: EVIL,
    instance: 'x',
    pid: 1,
    startedAt: EVIL_AT,
    staleAfterMs: 1e9,
    version: EVIL,
  }
  await store.put('s3sched/workers/evil.json', encodeDocument(member, 'n'))
  await rewriteLease(store)
  return { store, [Symbol.asyncDispose]: () => scheduler.stop({ timeout: 0 }) }
}

/** The former leaders come from the lease, and every writer to the bucket may write the lease. */
async function rewriteLease(store: ObjectStore): Promise<void> {
  const lease = await readDocument(store, 's3sched/leader.json')
  if (lease.outcome !== 'found') throw new Error(`the lease is ${lease.outcome}`)
  const terms = [{ epoch: 0, workerId: EVIL, since: 1e300, until: -5, end: 'released' }]
  await store.put('s3sched/leader.json', encodeDocument({ ...lease.fields, payload: { terms } }, 'n'))
}
