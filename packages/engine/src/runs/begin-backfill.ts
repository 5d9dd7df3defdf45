import { readPrunedTo } from '@s3sched/history/segments'
import { type BackfillOptions, type BackfillStart, endBackfill, planBackfill, SchedulerError } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { JobRegistrar } from '../definitions/job-registrar.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Runs } from './create-runs.ts'

export interface BackfillDeps {
  readonly bucket: Bucket
  readonly env: EngineEnv
  readonly registrar: JobRegistrar
}

/**
 * Begins a backfill, which the job's leader carries out: 1 GET and 2 PUT.
 * @throws SchedulerError `JOB_NOT_FOUND`, `INVALID_ARGUMENT`, `BACKFILL_RUNNING`, `STORE`
 */
export async function beginBackfill(
  { bucket, env, registrar }: BackfillDeps,
  name: string,
  options: BackfillOptions,
): Promise<BackfillStart> {
  if (bucket.history === undefined) {
    throw new SchedulerError(`Backfill of job '${name}': without a history nothing tells which ticks ran`, {
      code: 'INVALID_ARGUMENT',
      suggestion: 'Leave persistJobs: false out',
      context: { jobName: name },
    })
  }
  const now = env.serverClock.sharedNow()
  const facts = { id: env.random.id(), now, prunedTo: await readPrunedTo(env.store) }
  let start: BackfillStart | undefined
  await registrar.change(
    name,
    (record) => {
      const plan = planBackfill(name, record, options, facts)
      start = plan.start
      return plan.planned
    },
    now,
  )
  if (start === undefined) throw new TypeError(`the backfill of job '${name}' was not planned`)
  await bucket.marker.bump()
  return start
}

/**
 * Ends a backfill, and tells its runs to end: 1 GET, and up to 4 PUT.
 * @returns whether a backfill or one of its runs was under way
 */
export async function cancelBackfill(
  { bucket, execution }: Pick<BackfillDeps, 'bucket'> & { readonly execution: Runs },
  name: string,
): Promise<boolean> {
  bucket.records.invalidate(name)
  const ended = await bucket.records.ask(name, (record) => {
    const without = record && endBackfill(record)
    return without === undefined || without === record ? { stop: 'none' } : { write: without }
  })
  const wasUnderWay = ended.outcome === 'written'
  if (wasUnderWay) await bucket.marker.bump()
  const { hadRuns } = await execution.cancels.ofBackfill(name)
  return wasUnderWay || hadRuns
}
