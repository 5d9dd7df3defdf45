import type { Executor } from '@s3sched/executor'
import { LATE, orLate, type Clock } from '@s3sched/kernel'
import type { RunService } from './run-service.ts'

export interface DrainRunsDeps {
  readonly clock: Clock
  readonly executor: Executor
  readonly runs: RunService
}

export interface DrainLimits {
  /** Resolves when no claim is under way. */
  readonly decided: Promise<unknown>
  /** When runs are told to end, by the monotonic clock. */
  readonly endAt: number
  readonly claimAheadMs: number
}

/** The wait for a claim that is under way: the least, and the most where the runs have long to end; in ms. */
const LEAST_CLAIMS_MS = 2000
const MOST_CLAIMS_MS = 10_000
/** An end is given up this long after the runs were told to end, in ms. */
const RECORDS_MS = 4000

/**
 * Starts only attempts that are due within `claimAheadMs`, first or later ones, and hands the other runs over. Waits
 * for open runs until `endAt`, and for the writes of their ends only a little longer: a store that does not answer must not hold
 * up the stop.
 */
export async function drainRuns(
  { clock, executor, runs }: DrainRunsDeps,
  { claimAheadMs, decided, endAt }: DrainLimits,
): Promise<void> {
  const leftMs = (): number => Math.max(0, endAt - clock.monotonic())
  await orLate(clock, Math.min(MOST_CLAIMS_MS, Math.max(LEAST_CLAIMS_MS, leftMs())), decided)
  const patienceMs = Math.min(leftMs(), claimAheadMs)
  await runs.close(patienceMs)
  await executor.drain({ timeoutMs: leftMs(), patienceMs })
  const written = Promise.allSettled(runs.inHand.ends)
  if ((await orLate(clock, endAt + RECORDS_MS - clock.monotonic(), written)) !== LATE) return
  runs.abandonRecords()
  await written
}
