import type { Executor } from '@s3sched/executor'
import type { Clock } from '@s3sched/kernel'
import type { RunRecorder } from './run-recorder.ts'
import type { RunService } from './run-service.ts'

export interface DrainRunsDeps {
  readonly clock: Clock
  readonly executor: Executor
  readonly recorder: RunRecorder
  readonly runs: RunService
}

export interface DrainTerms {
  /** How long runs may go on before they are told to end, in ms. */
  readonly timeoutMs: number
  readonly claimAheadMs: number
  /** How long records that are on their way are waited for at least, in ms. */
  readonly recordsMs: number
}

/**
 * Starts nothing more but what is due within `claimAheadMs`, be it a first attempt or a next one; the rest is handed over.
 * Lets runs go on for a while, and waits for their records.
 */
export async function drainRuns(
  { clock, executor, recorder, runs }: DrainRunsDeps,
  { claimAheadMs, recordsMs, timeoutMs }: DrainTerms,
): Promise<void> {
  const patienceMs = Math.min(timeoutMs, claimAheadMs)
  await runs.close(patienceMs)
  await executor.drain({ timeoutMs, patienceMs })
  const patience = new AbortController()
  const lastCall = clock.sleep(Math.max(timeoutMs, recordsMs), patience.signal).then(
    () => runs.abandonRecords(),
    () => undefined, // everything was written in time
  )
  await Promise.allSettled(runs.inHand)
  await recorder.idle()
  patience.abort()
  await lastCall
}

/** Resolves when `work` does, and after `ms` at the latest. @throws what `work` throws before */
export async function waitUpTo(clock: Clock, ms: number, work: Promise<unknown> | undefined): Promise<void> {
  const patience = new AbortController()
  const enough = clock.sleep(ms, patience.signal).catch(() => undefined) // it was done in time
  await Promise.race([work, enough])
  patience.abort()
}
