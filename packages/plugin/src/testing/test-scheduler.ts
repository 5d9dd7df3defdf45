import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, settle, type ManualClock } from '@s3sched/kernel/testing'
import type { Database } from '@s3sched/database'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { jobNotFound } from '../job/job-not-found.ts'
import type { JobHistoryEntry } from '../job/job-history.ts'
import type { SchedulerOptions } from '../options.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { SchedulerPlugin } from '../scheduler-plugin.ts'
import { jitterOf } from '../tick/jitter.ts'

/** The scheduler's options, and what the test gives in place of the world. */
export interface TestSchedulerOptions<DB> extends Omit<SchedulerOptions<DB, SchedulerPlugin<DB>>, 'clock' | 'random'> {
  /** What the actions get as their database. @default undefined */
  readonly database?: DB
  /** The first reading of the clock, epoch ms. @default 1 January 2026, midnight UTC */
  readonly startAt?: number | Date
  /** Chance is drawn from it: the same seed gives the same run. @default 1 */
  readonly seed?: number
}

/** A scheduler whose time stands still until the test moves it. */
export interface TestScheduler<DB> {
  readonly scheduler: SchedulerPlugin<DB>
  readonly clock: ManualClock
  readonly store: ObjectStore
  /**
   * Moves the clock to the job's next tick and waits until its run has ended, retries and their backoff included. A tick
   * that is more than a day away is jumped to: what other jobs had in between is late then, as after an outage.
   * @returns the run, as the history has it
   * @throws {@link SchedulerError} when there is no such job, or it has no next tick
   */
  tick(jobName: string): Promise<JobHistoryEntry>
  /** Lets `ms` pass, with everything that is due meanwhile. */
  advance(ms: number): Promise<void>
  /** Stops it at once. */
  stop(): Promise<void>
}

const DAY_MS = 86_400_000
/** Longer than the engine ever sleeps, so that it sees a jump of the wall clock before the tick. */
const APPROACH_MS = 120_000

/**
 * A scheduler for tests of jobs: a clock that the test moves, a store in memory, no other instances. It is started.
 *
 * @example
 * const { scheduler, stop, tick } = await createTestScheduler({ jobs })
 * expect(await tick('report')).toMatchObject({ status: 'success', result: { sent: 2 } })
 * await stop()
 */
export async function createTestScheduler<DB = Database>({
  database,
  seed = 1,
  startAt = Date.UTC(2026, 0, 1),
  store,
  ...options
}: TestSchedulerOptions<DB>): Promise<TestScheduler<DB>> {
  const clock = createManualClock(Number(startAt))
  const own = createMemoryStore({ clock })
  const scheduler = new SchedulerPlugin<DB>({
    enableCoordinator: false,
    handleSignals: false,
    logger: silentLogger,
    ...options,
    store: store ?? own,
    clock,
    random: createSeededRandom(seed),
  })
  if (database !== undefined) await scheduler.install(database)
  let backoffMs = 0
  scheduler.on('plg:scheduler:job-retry', ({ delay }) => {
    backoffMs = delay
  })
  await during(clock, scheduler.start())
  await clock.advance(0)

  const goTo = async (instant: number): Promise<void> => {
    const distance = instant - clock.now()
    if (distance > DAY_MS) clock.step(distance - APPROACH_MS)
    await clock.advance(instant - clock.now())
  }

  return {
    scheduler,
    clock,
    store: own,
    async tick(jobName) {
      const status = scheduler.getJobStatus(jobName)
      if (status === null) throw jobNotFound(jobName)
      if (status.nextRun === null) {
        throw new SchedulerError(`Job '${jobName}' has no next tick`, {
          code: 'INVALID_ARGUMENT',
          suggestion: 'Use runJob for a job without a schedule, and enableJob for one that is paused',
          context: { jobName },
        })
      }
      const due = status.nextRun.getTime()
      await goTo(due + jitterOf(jobName, due, options.jobs?.[jobName]?.jitterMs ?? 0))
      for (;;) {
        const [run] = await scheduler.getJobHistory(jobName, { since: due, until: due + 1, limit: 1 })
        if (run !== undefined) return run
        const wait = backoffMs
        backoffMs = 0
        if (wait > 0) await clock.advance(wait)
        else await settle()
      }
    },
    advance: (ms) => clock.advance(ms),
    stop: () => during(clock, scheduler.stop({ timeout: 0 })),
  }
}

/** Awaits what needs time to pass. */
async function during<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false }
  const onSettled = (): void => void (state.isSettled = true)
  promise.then(onSettled, onSettled)
  await settle()
  while (!state.isSettled) await clock.advance(10)
  return promise
}
