import { silentLogger } from '@s3sched/kernel'
import type { Database } from '@s3sched/database'
import { loadEngine } from '@s3sched/engine'
import { createTestBench, type BenchWorld, type TestBench, type TestWorld } from '@s3sched/engine/testing'
import type { AnyJobs, InferredJobs } from '@s3sched/jobs'
import { createScheduler, type JobsOption } from '../create-scheduler.ts'
import type { CommonOptions, CreateSchedulerOptions, SchedulerOptions } from '../options.ts'
import type { Scheduler } from '../scheduler.ts'
import { SchedulerPlugin } from '../scheduler-plugin.ts'

/** The options that are the test's own: {@link TestBench.tick} reads the history, so each test has one. */
type OwnOptions = 'clock' | 'random' | 'persistJobs'

/** The options of `createScheduler` but for its jobs, and the test's replacements for the outer world. */
export type TestSchedulerOptions = Omit<CreateSchedulerOptions, OwnOptions> & TestWorld

/** The options of `SchedulerPlugin`, and the test's replacements for the outer world. */
export interface TestPluginOptions<DB> extends Omit<SchedulerOptions<DB, SchedulerPlugin<DB>>, OwnOptions>, TestWorld {
  /** The database for the actions. @default undefined */
  readonly database?: DB
}

/** A scheduler without a database on a clock that only the test moves. */
export type TestScheduler<Jobs = AnyJobs> = TestBench<Scheduler<Jobs>>

/** A {@link SchedulerPlugin} whose time stands still until the test moves the clock. */
export type TestPlugin<DB = Database> = TestBench<SchedulerPlugin<DB>>

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
  const create = async (world: BenchWorld): Promise<Scheduler> => {
    await loadEngine()
    return createScheduler(within(world, options))
  }
  const made: Promise<TestBench<object>> = createTestBench('createTestScheduler', options, create)
  return made as Promise<TestScheduler<InferredJobs<Inputs, Fields, Defaults, Results>>>
}

/** The same as {@link createTestScheduler} for jobs with a database. */
export function createTestPlugin<DB = Database>({
  database,
  ...options
}: TestPluginOptions<DB>): Promise<TestPlugin<DB>> {
  return createTestBench('createTestPlugin', options, async (world) => {
    await loadEngine()
    const scheduler = new SchedulerPlugin<DB>(within(world, options))
    if (database !== undefined) void scheduler.install(database)
    return scheduler
  })
}

/** The options of a scheduler on a bench: no other instance, and the history that {@link TestBench.tick} reads. */
function within(world: BenchWorld, given: Omit<CommonOptions, OwnOptions> & TestWorld): CommonOptions & BenchWorld {
  const { patienceMs: _, seed: __, startAt: ___, ...options } = given
  const quiet = { enableCoordinator: false, handleSignals: false, logger: silentLogger }
  return { ...quiet, ...options, persistJobs: true, ...world }
}
