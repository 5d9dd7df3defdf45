import { createHash } from 'node:crypto'
import type { RunRecord } from '@s3sched/history'
import { archiveSegments, type ArchiveReport } from '@s3sched/history/archive'
import { flushPage, pageOutcome, type FlushOptions } from '@s3sched/history/segments'
import { systemClock, type Clock } from '@s3sched/kernel'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { FIRST_TICK } from '../segments/run-number.ts'
import { createPage } from '../segments/page.ts'

export const DAY = 86_400_000
const HOUR = 3_600_000

/** A store in memory, whose clock the benchmark moves. The turns of the event loop and their times are real. */
export interface ArchiveWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly advance: (ms: number) => Promise<void>
  /** Moves to the hour after a day. */
  readonly endDay: (day: number) => Promise<void>
}

export function createWorld(): ArchiveWorld {
  const manual: ManualClock = createManualClock(FIRST_TICK)
  const clock: Clock = {
    now: () => manual.now(),
    monotonic: () => systemClock.monotonic(),
    sleep: (_, signal) => systemClock.sleep(0, signal),
  }
  const endDay = (day: number): Promise<void> => manual.advance(FIRST_TICK + (day + 1) * DAY + HOUR - manual.now())
  return { store: createMemoryStore({ clock: manual }), clock, advance: (ms) => manual.advance(ms), endDay }
}

/** A run as the scheduler records runs; 2 % failed. */
export function fleetRun(job: string, scheduledTime: number): RunRecord {
  const hash = createHash('sha256').update(`${job} ${scheduledTime}`).digest()
  const [lagMs, durationMs] = [hash.readUInt8(0) % 12, 20 + (hash.readUInt16LE(1) % 900)]
  const startedAt = scheduledTime + lagMs
  const status = hash.readUInt16LE(3) % 50 === 0 ? 'failed' : 'success'
  const error = { name: 'Error', message: `no answer from host-${hash.readUInt8(5) % 9}` }
  const attempt = { attempt: 1, startedAt, durationMs, status } as const
  return {
    runId: hash.subarray(8, 24).toString('base64url'),
    job,
    status,
    scheduledTime,
    startedAt,
    endedAt: startedAt + durationMs,
    durationMs,
    attempts: [status === 'failed' ? { ...attempt, error } : attempt],
    trigger: 'schedule',
    workerId: `worker-${hash.readUInt8(6) % 3}`,
    epoch: 7,
    fence: Math.floor(scheduledTime / 60_000),
    queuedMs: 0,
    lagMs,
    ...(status === 'failed' ? { error } : {}),
  }
}

/** A day of jobs, each once in `everyMs`, in the order of the ticks. */
export function dayOfRuns(day: number, jobs: readonly string[], everyMs: number): RunRecord[] {
  const runs: RunRecord[] = []
  const from = FIRST_TICK + day * DAY
  for (let time = from; time < from + DAY; time += everyMs) for (const job of jobs) runs.push(fleetRun(job, time))
  return runs
}

/** Writes segments as a page of this size would. */
export async function writeSegments(
  store: ObjectStore,
  runs: readonly RunRecord[],
  flush: FlushOptions = {},
): Promise<void> {
  const page = createPage(store, flush)
  await page.recordAll(runs)
  await page.flush()
}

/** Writes segments of 1,000 runs, for a history whose segments are not measured. */
export async function writeLargeSegments(store: ObjectStore, runs: readonly RunRecord[]): Promise<void> {
  for (let from = 0; from < runs.length; from += 1000)
    await flushPage(store, { page: 'p', outcomes: runs.slice(from, from + 1000).map(pageOutcome) })
}

/** The passes that a day needs once it is over: the write, and the deletion ten minutes later. */
export async function archiveDay({ advance, clock }: ArchiveWorld, store: ObjectStore): Promise<ArchiveReport> {
  const report = await archiveSegments({ store, clock })
  await advance(11 * 60_000)
  await archiveSegments({ store, clock })
  return report
}
