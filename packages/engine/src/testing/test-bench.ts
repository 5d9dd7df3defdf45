import { custom, integer, isDate, resolveOptions, type Clock, type Random } from '@s3sched/kernel'
import { countSleepers, createManualClock, createSeededRandom, during, type ManualClock } from '@s3sched/kernel/testing'
import { jobNotFound, SchedulerError } from '@s3sched/jobs'
import { createMemoryStore, openStore, type ObjectStore, type StoreInput } from '@s3sched/store'
import type { JobHistoryEntry } from '../job-history-entry.ts'
import { RunWatch, type WatchedScheduler } from './run-watch.ts'
import { waitForRun, type ViewedScheduler } from './wait-for-run.ts'

/** The test's replacements for the outer world. */
export interface TestWorld {
  /** The first reading of the clock, epoch ms. @default 1 January 2026, midnight UTC */
  readonly startAt?: number | Date
  /** The seed of all random numbers: the same seed gives the same run. @default 1 */
  readonly seed?: number
  /**
   * Time for the real work of an action (a query, a file) before `tick` moves the clock, which may end the action by
   * its timeout, in real ms. @default 1000
   */
  readonly patienceMs?: number
}

/** The world of a test, with the options of the scheduler that a bench must know. */
export interface TestBenchOptions extends TestWorld {
  /** A connection string or a store, on the clock of the test. @default a store in memory */
  readonly store?: StoreInput | undefined
  /** The scheduler's `maxClockSkew`, in ms. @default 600000 */
  readonly maxClockSkew?: number | undefined
}

/** The outer world of a scheduler on a bench. */
export interface BenchWorld {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

/** A scheduler that a bench can start, watch and stop. Its history must be kept. */
export interface BenchedScheduler extends WatchedScheduler, ViewedScheduler {
  /** Takes part. */
  start(): Promise<void>
  /** Gives open runs `timeout` ms to end. */
  stop(options: { readonly timeout: number }): Promise<void>
}

/** A scheduler whose time stands still until the test moves the clock. */
export interface TestBench<S> extends AsyncDisposable {
  /** The scheduler, on the clock of the test. */
  readonly scheduler: S
  /** The clock, which the test moves. */
  readonly clock: ManualClock
  /** The store of the options, or a store in memory. */
  readonly store: ObjectStore
  /**
   * Moves the clock to the job's next tick and waits until the tick's run has ended, retries and their backoff
   * included. The clock jumps to a tick more than a day away: ticks of other jobs in between are then late, as after an
   * outage.
   * @returns the run, as the history has it
   * @throws SchedulerError when there is no such job, or the job has no next tick
   * @throws S3SchedError `TEST_STUCK` when the run does not end, with the reason
   */
  tick(jobName: string): Promise<JobHistoryEntry>
  /** Lets `ms` >= 0 pass, with everything due meanwhile. A day takes some tens of real ms. */
  advance(ms: number): Promise<void>
  /** Stops the scheduler at once, as `await using` does at the end of a test, also of one that fails. */
  stop(): Promise<void>
}

const DAY_MS = 86_400_000
/** The default of `maxClockSkew`. */
const MAX_SKEW_MS = 600_000
/** Longer than the engine ever sleeps, so that the engine sees a jump of the wall clock before the tick. */
const APPROACH_MS = 120_000

/**
 * Starts a scheduler on a clock that the test moves.
 * @param name - of the function that the test has called, for messages
 * @param create - makes the scheduler, in the world of the bench. The code that the start needs is loaded here
 * (`loadEngine`): the time of a load during the start would be time of the test's clock
 * @throws S3SchedError `INVALID_OPTIONS`; the error of the start
 */
export async function createTestBench<S extends BenchedScheduler>(
  name: string,
  given: TestBenchOptions,
  create: (world: BenchWorld) => S | Promise<S>,
): Promise<TestBench<S>> {
  const { maxClockSkew = MAX_SKEW_MS, patienceMs, seed, startAt, store: givenStore } = given
  const own = resolveOptions(name, OWN_OPTIONS, { patienceMs, seed, startAt })
  const clock = createManualClock(Number(own.startAt))
  const store = givenStore === undefined ? createMemoryStore({ clock }) : openStore(givenStore, { clock })
  const schedulers = countSleepers(clock)
  const scheduler = await create({ store, clock: schedulers.clock, random: createSeededRandom(own.seed) })
  const watch = new RunWatch(scheduler)
  await during(clock, scheduler.start())
  await clock.advance(0)

  const goTo = async (instant: number): Promise<void> => {
    const distance = instant - clock.now()
    if (distance > DAY_MS) clock.step(distance - APPROACH_MS)
    await clock.advance(Math.max(0, instant - clock.now()))
  }

  const stop = async (): Promise<void> => {
    await during(clock, scheduler.stop({ timeout: 0 }))
    if (store !== givenStore) await store.close()
  }
  return {
    scheduler,
    clock,
    store,
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
      await goTo(due)
      return waitForRun(jobName, due, {
        scheduler,
        clock,
        watch,
        ownSleepers: () => schedulers.sleeping,
        maxSkewMs: maxClockSkew,
        patienceMs: own.patienceMs,
      })
    },
    advance: (ms) => clock.advance(ms),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const OWN_OPTIONS = {
  patienceMs: integer({ min: 0, default: 1000 }),
  seed: integer({ default: 1 }),
  startAt: custom<number | Date>(
    'epoch ms or a valid Date',
    (value): value is number | Date => Number.isFinite(isDate(value) ? value.getTime() : value),
    Date.UTC(2026, 0, 1),
  ),
}
