import type { RunStatus } from '@s3sched/history'
import type { JobBook } from '../job/job-book.ts'
import type { JobRegistrar } from '../job/job-registrar.ts'
import type { JobRoll } from '../job/job-roll.ts'
import type { LocalJob } from '../job/local-job.ts'
import type { TickEngine } from '../tick/tick-engine.ts'
import type { RunService } from './run-service.ts'

/** What one pass of {@link runDue} ran. */
export interface DueRun {
  readonly jobName: string
  readonly runId: string
  readonly status: RunStatus
}

export interface RunDueDeps {
  readonly engine: TickEngine
  readonly book: JobBook
  readonly registrar: JobRegistrar
  readonly runs: RunService
  readonly roll: JobRoll | undefined
  readonly localJobs: ReadonlyMap<string, LocalJob>
}

/** One pass over what is due now, awaited to its end. */
export async function runDue({ book, engine, localJobs, registrar, roll, runs }: RunDueDeps): Promise<DueRun[]> {
  await registrar.defineAll()
  for (const name of book.names()) {
    const from = book.vouched(name) === undefined ? undefined : book.vouchedFrom(name)
    const local = localJobs.get(name)
    if (from === undefined || local === undefined) engine.touch(name)
    else if (local.spec.enabled && local.schedule !== null) engine.plan(name, local.schedule, from)
  }
  await engine.runOnce()
  const ended = await Promise.all(runs.inHand)
  await roll?.write()
  return ended.flatMap((run) =>
    run === undefined ? [] : [{ jobName: run.record.job, runId: run.record.runId, status: run.record.status }],
  )
}
