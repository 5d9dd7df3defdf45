/** The wiring of a scheduler: its parts, from the options of an application. */
import { createRunWatchers, type RunWatchers } from '@s3sched/alerts'
import { guardLogger, systemClock, systemRandom } from '@s3sched/kernel'
import {
  AttemptWrappers,
  type CoreEvents,
  EngineViews,
  IsolatedJobs,
  JobCatalog,
  JobManager,
  RunOrders,
  SchedulerEmitter,
} from '@s3sched/engine'
import { type AnyAction, inScheduler, type JobContext, Mistakes } from '@s3sched/jobs'
import { JobHooks } from './job-hooks.ts'
import { jobsOf, resolveSchedulerOptions, type ResolvedSchedulerOptions } from './resolve-options.ts'
import { pickLogger } from './pick-logger.ts'
import { SchedulerLife } from './scheduler-life.ts'
import type { SchedulerKind } from './scheduler-kind.ts'
import { warnOfFastJobs } from './warn-of-fast-jobs.ts'

export interface SchedulerParts {
  readonly options: ResolvedSchedulerOptions
  readonly events: SchedulerEmitter
  readonly hooks: JobHooks
  readonly watchers: RunWatchers<CoreEvents>
  readonly life: SchedulerLife
  readonly catalog: JobCatalog
  readonly manager: JobManager
  readonly orders: RunOrders
  readonly views: EngineViews
  readonly around: AttemptWrappers
}

/**
 * Makes no request.
 * @param scheduler - for actions, and for observers of several schedulers
 * @throws SchedulerError naming every mistake in the options and the jobs
 */
export function composeScheduler(given: object, kind: SchedulerKind, scheduler: object): SchedulerParts {
  const { database, name, shape, withDatabase } = kind
  const mistakes = new Mistakes()
  const options = optionsIn(given, name, mistakes)
  const clock = options.clock ?? systemClock
  const random = options.random ?? systemRandom
  const logger = guardLogger(pickLogger(options.logger))
  const hooks = new JobHooks(options, database, logger)
  const isolatedDeps = { clock, database, logger, withDatabase }
  const isolated =
    mistakes.collect(() =>
      inScheduler('INVALID_OPTIONS', () => new IsolatedJobs(isolatedDeps, options.isolation), 'isolation'),
    ) ?? new IsolatedJobs(isolatedDeps)
  const around = new AttemptWrappers()
  const call = (action: AnyAction, context: JobContext): unknown => kind.call(action, context, scheduler)
  const onFast = (jobs: Parameters<typeof warnOfFastJobs>[0]): void => warnOfFastJobs(jobs, logger)
  const catalog = new JobCatalog(options, { shape, call, around, isolated }, { clock, onFast })
  addJobs(catalog, given, mistakes)
  mistakes.throwIfAny()
  const watching = {
    clock,
    random,
    logger,
    isInCharge: () => isInCharge(options, life),
    checkInOf: (job: string) => catalog.jobs.get(job)?.checkIn,
  }
  const watchers = createRunWatchers<CoreEvents>(watching, options.alerts)
  const events = new SchedulerEmitter(logger, scheduler, [hooks, watchers])
  const life = new SchedulerLife({
    world: { clock, random, logger, events },
    options,
    catalog,
    database,
    // The types of a database's jobs promise a database, so such a scheduler has no store of its own by default.
    environment: withDatabase ? undefined : process.env,
    isolated,
    watchers,
    scheduler,
  })
  const manager = new JobManager({ clock, events, logger }, { catalog, life })
  const orders = new RunOrders({ catalog, life })
  const views = new EngineViews({ clock, catalog, life }, options)
  return { options, events, hooks, watchers, life, catalog, manager, orders, views, around }
}

/*
 * The next two are functions of their own: a closure of `composeScheduler` with the given options would keep them in
 * memory, and with them the definitions of all jobs, as long as the scheduler lives.
 */

/** With wrong options the jobs are checked with the defaults, so that their mistakes are reported too. */
function optionsIn(given: object, name: string, mistakes: Mistakes): ResolvedSchedulerOptions {
  return mistakes.collect(() => resolveSchedulerOptions(given, name)) ?? resolveSchedulerOptions({}, name)
}

function addJobs(catalog: JobCatalog, given: object, mistakes: Mistakes): void {
  mistakes.collect(() => catalog.addAll(jobsOf(given)))
}

/** True for one instance of a fleet with leaders, and for each instance of a fleet without. */
function isInCharge({ enableCoordinator }: ResolvedSchedulerOptions, { core, state }: SchedulerLife): boolean {
  if (!enableCoordinator) return state === 'running'
  const [first] = core?.fleet.coordinator.shards ?? []
  return first?.isLeader() === true
}
