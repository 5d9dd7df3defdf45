import { custom, integer, isDate, resolveOptions, silentLogger } from '@s3sched/kernel'
import { countSleepers, createManualClock, createSeededRandom, during, type ManualClock } from '@s3sched/kernel/testing'
import type { Database } from '@s3sched/database'
import { type JobHistoryEntry, loadEngine } from '@s3sched/engine'
import { createMemoryStore, openStore, type ObjectStore } from '@s3sched/store'
import { jobNotFound, SchedulerError } from '@s3sched/jobs'
import type { AnyJobs } from '../known-jobs.ts'
import { createScheduler, type InferredJobs, type JobsOption } from '../create-scheduler.ts'
import type { CommonOptions, CreateSchedulerOptions, SchedulerOptions } from '../options.ts'
import type { Scheduler } from '../scheduler.ts'
import type { SchedulerCore } from '../scheduler-core.ts'
import { SchedulerPlugin } from '../scheduler-plugin.ts'
import { RunWatch } from './run-watch.ts'
import { waitForRun } from './wait-for-run.ts'

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

/** The options that are the test's own: {@link TestBench.tick} reads the history, so each test has one. */
type OwnOptions = 'clock' | 'random' | 'persistJobs'

/** The options of `createScheduler` but for its jobs, and the test's replacements for the outer world. */
export type TestSchedulerOptions = Omit<CreateSchedulerOptions, OwnOptions> & TestWorld

/** The options of `SchedulerPlugin`, and the test's replacements for the outer world. */
export interface TestPluginOptions<DB> extends Omit<SchedulerOptions<DB, SchedulerPlugin<DB>>, OwnOptions>, TestWorld {
  /** The database for the actions. @default undefined */
  readonly database?: DB
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

/** A scheduler without a database on a clock that only the test moves. */
export type TestScheduler<Jobs = AnyJobs> = TestBench<Scheduler<Jobs>>

/** A {@link SchedulerPlugin} whose time stands still until the test moves the clock. */
export type TestPlugin<DB = Database> = TestBench<SchedulerPlugin<DB>>

const DAY_MS = 86_400_000
/** The default of `maxClockSkew`. */
const MAX_SKEW_MS = 600_000
/** Longer than the engine ever sleeps, so that the engine sees a jump of the wall clock before the tick. */
const APPROACH_MS = 120_000

/**
 * A started scheduler for tests of jobs: a clock that the test moves, a store in memory, no other instances.
 *
 * @example
 * const { scheduler, stop, tick } = await createTestScheduler({ jobs })
 * expect(await tick('report')).toMatchObject({ status: 'success', result: { sent: 2 } })
 * await stop()
 */
export function createTestScheduler<Inputs, Fields, Defaults, Results>(
  options: TestSchedulerOptions & JobsOption<Inputs, Fields, Defaults, Results>,
): Promise<TestScheduler<InferredJobs<Inputs, Fields, Defaults, Results>>> {
  const made: Promise<TestBench<object>> = createTestBench('createTestScheduler', options, (whole): Scheduler =>
    createScheduler(whole),
  )
  return made as Promise<TestScheduler<InferredJobs<Inputs, Fields, Defaults, Results>>>
}

/** The same as {@link createTestScheduler} for jobs with a database. */
export function createTestPlugin<DB = Database>({
  database,
  ...options
}: TestPluginOptions<DB>): Promise<TestPlugin<DB>> {
  return createTestBench('createTestPlugin', options, (whole) => {
    const scheduler = new SchedulerPlugin<DB>(whole)
    if (database !== undefined) void scheduler.install(database)
    return scheduler
  })
}

async function createTestBench<S extends SchedulerCore>(
  name: string,
  given: Omit<CommonOptions, OwnOptions> & TestWorld,
  create: (options: CommonOptions & { readonly store: ObjectStore }) => S,
): Promise<TestBench<S>> {
  const { patienceMs, seed, startAt, store: givenStore, ...options } = given
  const own = resolveOptions(name, OWN_OPTIONS, { patienceMs, seed, startAt })
  const clock = createManualClock(Number(own.startAt))
  const store = givenStore === undefined ? createMemoryStore({ clock }) : openStore(givenStore, { clock })
  const schedulers = countSleepers(clock)
  const scheduler = create({
    enableCoordinator: false,
    handleSignals: false,
    logger: silentLogger,
    ...options,
    persistJobs: true,
    store,
    clock: schedulers.clock,
    random: createSeededRandom(own.seed),
  })
  const watch = new RunWatch(scheduler)
  // The time of this load is no time of the test's clock.
  await loadEngine()
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
        maxSkewMs: options.maxClockSkew ?? MAX_SKEW_MS,
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
