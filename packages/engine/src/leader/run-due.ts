import type { RunStatus } from '@s3sched/history'
import { messageOf } from '@s3sched/kernel'
import { type ClockWatch, SchedulerError } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { JobRegistrar } from '../definitions/job-registrar.ts'
import type { Pass } from './leading.ts'
import type { BegunRuns } from './begun-runs.ts'

/** A run of a `runDue()` pass. */
export interface DueRun {
  readonly jobName: string
  readonly runId: string
  readonly status: RunStatus
}

export interface RunDueDeps {
  readonly bucket: Pick<Bucket, 'records' | 'requests'>
  readonly pass: Pass
  readonly registrar: JobRegistrar
  readonly clockWatch: Pick<ClockWatch, 'requireGood'>
  /** The runs that have begun in the pass so far. */
  readonly begun: Pick<BegunRuns, 'ended' | 'hasMore' | 'nextEnd'>
  readonly signal: AbortSignal
}

/**
 * A single pass of all the work of a leader, awaited to its end. First the jobs with `runOnStart` that never ran, the
 * requests, and the due ticks; then, at each end of a run, the jobs that follow it (`after`); and clean-up when due.
 * @throws SchedulerError `CLOCK_SKEW`: nothing was claimed; `STORE`: some work failed, the rest of the work is settled,
 * and the runs have ended
 */
export async function runDue(deps: RunDueDeps): Promise<DueRun[]> {
  const { begun, bucket, clockWatch, pass, registrar, signal } = deps
  const { records, requests } = bucket
  const { cleanUp, engine, starter } = pass
  await registrar.defineAll()
  signal.throwIfAborted() // by a stop, which also ends the definitions without an error
  await clockWatch.requireGood()
  const troubles: unknown[] = []
  const attempt = async (work: () => Promise<unknown>, into = troubles): Promise<void> => {
    await work().catch((error: unknown) => into.push(error))
  }
  await attempt(() => starter.runOnStart('never-claimed'))
  await attempt(async () => starter.obey(await requests.pending(signal)))
  for (const name of records.names()) engine.touch(name)
  troubles.push(...(await engine.runOnce()))
  // Each look is at all jobs, so that only what the last look could not do is left undone.
  let left: unknown[]
  do {
    await begun.nextEnd()
    left = []
    await attempt(() => starter.evaluateChains(undefined), left)
    await attempt(() => starter.advanceBackfills(undefined), left)
  } while (begun.hasMore)
  troubles.push(...left)
  const ended = await begun.ended()
  await records.drain()
  await attempt(() => cleanUp.doIfDue(signal))
  if (troubles.length > 0) throw incomplete(troubles)
  return ended.flatMap((run) =>
    run === undefined ? [] : [{ jobName: run.record.job, runId: run.record.runId, status: run.record.status }],
  )
}

function incomplete(troubles: readonly unknown[]): SchedulerError {
  const [first] = troubles
  const more = troubles.length > 1 ? `, and ${troubles.length - 1} more` : ''
  return new SchedulerError(`the pass could not do everything that is due: ${messageOf(first)}${more}`, {
    code: 'STORE',
    retriable: true,
    suggestion: 'The next pass does the rest; what ran in this one has ended and is recorded',
    cause: first,
  })
}

/** The error of a pass that a stop has overtaken. */
export function stoppedPass(cause: unknown): SchedulerError {
  return new SchedulerError('the scheduler was stopped before the pass could do everything that is due', {
    code: 'STOPPED',
    retriable: true,
    suggestion: 'The next pass does the rest; what ran in this one has ended and is recorded',
    cause,
  })
}
