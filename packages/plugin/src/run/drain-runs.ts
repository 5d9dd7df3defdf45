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
  /** Resolves when no claim is under way. */
  readonly decided: Promise<unknown>
  /** When runs are told to end, by the monotonic clock. */
  readonly endAt: number
  readonly claimAheadMs: number
}

/** How long a claim that is under way is waited for: at least, and where the runs have long; in ms. */
const LEAST_CLAIMS_MS = 2000
const MOST_CLAIMS_MS = 10_000
/** How long after the runs were told to end a record that is on its way is given up, in ms. */
const RECORDS_MS = 4000

/**
 * Starts nothing more but what is due within `claimAheadMs`, be it a first attempt or a next one; the rest is handed over.
 * Lets runs go on for a while, and waits for their records; a store that is away is not waited for.
 */
export async function drainRuns(
  { clock, executor, recorder, runs }: DrainRunsDeps,
  { claimAheadMs, decided, endAt }: DrainTerms,
): Promise<void> {
  const leftMs = (): number => Math.max(0, endAt - clock.monotonic())
  await waitUpTo(clock, Math.min(MOST_CLAIMS_MS, Math.max(LEAST_CLAIMS_MS, leftMs())), decided)
  const patienceMs = Math.min(leftMs(), claimAheadMs)
  await runs.close(patienceMs)
  await executor.drain({ timeoutMs: leftMs(), patienceMs })
  const patience = new AbortController()
  const lastCall = clock.sleep(endAt + RECORDS_MS - clock.monotonic(), patience.signal).then(
    () => runs.abandonRecords(),
    () => undefined, // everything was written in time
  )
  await Promise.allSettled(runs.inHand)
  await recorder.idle()
  // What a claim of the next leader would fold may be rare, and its evidence is not kept for ever.
  await Promise.race([runs.folds.foldOwn(), lastCall])
  patience.abort()
  await lastCall
}

/**
 * Resolves when `work` does, and after `ms` at the latest.
 * @returns whether `work` was done in time
 * @throws what `work` throws before
 */
export async function waitUpTo(clock: Clock, ms: number, work: Promise<unknown> | undefined): Promise<boolean> {
  const patience = new AbortController()
  const enough = clock.sleep(ms, patience.signal).then(
    () => false,
    () => true, // it was done in time
  )
  const done = Promise.resolve(work).then(() => true)
  try {
    return await Promise.race([done, enough])
  } finally {
    patience.abort()
  }
}
