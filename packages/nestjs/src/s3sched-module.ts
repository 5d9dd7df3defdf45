import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type ConfigurableModuleHost,
  type DynamicModule,
} from '@nestjs/common'
import { DiscoveryModule, DiscoveryService, MetadataScanner } from '@nestjs/core'
import {
  createScheduler,
  type CreateSchedulerOptions,
  type Scheduler,
  SchedulerError,
  type SchedulerJob,
} from '@s3sched/plugin'
import { decoratedJobs, nameTaken } from './decorated-jobs.ts'
import { SCHEDULER } from './decorators.ts'
import { earlyEnd } from './early-end.ts'
import { orAllMistakes } from './all-mistakes.ts'
import { nestLogger } from './nest-logger.ts'
import { SchedulerLife } from './scheduler-life.ts'

/** The options of `createScheduler`. All times are ms. */
export interface S3SchedModuleOptions extends CreateSchedulerOptions {
  /** Jobs beside the decorated methods. @default none */
  readonly jobs?: Readonly<Record<string, SchedulerJob>>
}

const host: ConfigurableModuleHost<S3SchedModuleOptions, 'forRoot'> =
  new ConfigurableModuleBuilder<S3SchedModuleOptions>({ moduleName: 'S3Sched' }).setClassMethodName('forRoot').build()
const OPTIONS: string | symbol = host.MODULE_OPTIONS_TOKEN

/** The options of `forRootAsync`: `useFactory` with `inject`, `useClass` or `useExisting` with a method `create`. */
export type S3SchedModuleAsyncOptions = ConfigurableModuleAsyncOptions<S3SchedModuleOptions>

/**
 * A single scheduler for the whole application: its jobs are the decorated methods of all providers and controllers, and
 * every module can inject the scheduler. The scheduler starts with the application, and stops with the first hook of a
 * shutdown.
 */
export class S3SchedModule {
  /** @example imports: [S3SchedModule.forRoot({ store: 's3://bucket' })] */
  static forRoot(options: S3SchedModuleOptions = {}): DynamicModule {
    // By a function: Nest 10 turns plain values of a dynamic module into text, and a store is large.
    return dynamicModule({ useFactory: () => options })
  }

  /** @example S3SchedModule.forRootAsync({ inject: [Config], useFactory: (config) => ({ store: config.store }) }) */
  static forRootAsync(options: S3SchedModuleAsyncOptions): DynamicModule {
    return dynamicModule(options)
  }
}

/** Outside of the class: the bundler gives a class that names itself another name, and Nest logs the names of modules. */
function dynamicModule(options: S3SchedModuleAsyncOptions): DynamicModule {
  const { imports = [], providers = [] } = host.ConfigurableModuleClass.forRootAsync(options)
  return {
    module: S3SchedModule,
    global: true,
    imports: [...imports, DiscoveryModule, earlyEnd],
    providers: [
      ...providers,
      { provide: SchedulerLife, inject: [DiscoveryService, MetadataScanner], useFactory: makeLife },
      {
        provide: SCHEDULER,
        inject: [OPTIONS, SchedulerLife, DiscoveryService, MetadataScanner],
        useFactory: makeScheduler,
      },
    ],
    exports: [SCHEDULER, SchedulerLife],
  }
}

function makeLife(discovery: DiscoveryService, scanner: MetadataScanner): SchedulerLife {
  return new SchedulerLife({ discovery, scanner })
}

/** @throws SchedulerError for wrong options, and for wrong jobs of decorated methods */
function makeScheduler(
  options: S3SchedModuleOptions | undefined,
  life: SchedulerLife,
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): Scheduler {
  refuseSecondImport(discovery)
  if (typeof options !== 'object' || options === null) throw noOptions(options)
  const { jobs = {}, ...others } = options
  const mistakes: SchedulerError[] = []
  const decorated = decoratedJobs({ discovery, scanner }, mistakes)
  for (const name of Object.keys(jobs)) {
    if (Object.hasOwn(decorated, name)) mistakes.push(nameTaken(name, 'the options of S3SchedModule'))
  }
  const all: Readonly<Record<string, SchedulerJob>> = { ...jobs, ...decorated }
  const scheduler = orAllMistakes(
    mistakes,
    () => createScheduler({ logger: nestLogger(), ...others, jobs: all }) as object as Scheduler,
  )
  life.keep(scheduler)
  return scheduler
}

/** Two schedulers would each have all decorated methods as their jobs. */
function refuseSecondImport(discovery: DiscoveryService): void {
  if (discovery.getProviders().filter(({ token }) => token === SCHEDULER).length < 2) return
  throw new SchedulerError('S3SchedModule is imported twice, with options of its own each', {
    code: 'INVALID_OPTIONS',
    suggestion: 'Import the module once, such as in the root module: every other module can inject the scheduler',
  })
}

function noOptions(options: unknown): SchedulerError {
  return new SchedulerError(`S3SchedModule: expected the options to be an object, got ${String(options)}`, {
    code: 'INVALID_OPTIONS',
    suggestion: 'Return the options from useFactory, or from the method create of the class',
  })
}
