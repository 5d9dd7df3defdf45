/**
 * From decorated methods to jobs.
 *
 * The classes of all modules are known before the first provider is made, so the scheduler gets all its jobs when it is
 * made: mistakes are reported together, and the definitions go into the bucket by one write. The instance of a class is
 * looked up at each run. A decorated method that could never run is refused at the start.
 */
import type { DiscoveryService, MetadataScanner } from '@nestjs/core'
import { type JobContext, type SchedulerJob, SchedulerError } from '@s3sched/plugin'
import { settingsOf } from './cron-options.ts'
import { type Scheduled, scheduledOf } from './decorators.ts'
import { unreachable } from './unreachable.ts'

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number]
type Instance = Readonly<Record<string, (context: JobContext) => unknown>>

interface DecoratedMethod {
  readonly className: string
  readonly method: string
  readonly scheduled: Scheduled
}

export interface DiscoveryDeps {
  readonly discovery: Pick<DiscoveryService, 'getProviders' | 'getControllers'>
  readonly scanner: Pick<MetadataScanner, 'getAllMethodNames'>
}

/** The jobs of all decorated methods of classes, by name. @param mistakes - gets an error for each wrong job */
export function decoratedJobs(deps: DiscoveryDeps, mistakes: SchedulerError[]): Record<string, SchedulerJob> {
  const jobs = new Map<string, SchedulerJob>()
  for (const wrapper of wrappersOf(deps)) {
    if (wrapper.isNotMetatype) continue
    for (const { className, method, scheduled } of methodsOf(deps, prototypeOf(wrapper))) {
      const { options, schedule } = scheduled
      const name = options.name ?? `${className}.${method}`
      const action = (context: JobContext): unknown => (wrapper.instance as Instance)[method]?.(context)
      try {
        if (jobs.has(name)) throw nameTaken(name, `${className}.${method}`)
        jobs.set(name, { schedule, action, ...settingsOf(name, options) })
      } catch (mistake) {
        if (!(mistake instanceof SchedulerError)) throw mistake
        mistakes.push(mistake)
      }
    }
  }
  return Object.fromEntries(jobs)
}

/**
 * Checks the instances, which exist by now.
 * @throws SchedulerError `INVALID_JOB` for a decorated method that no run could call
 */
export function refuseUnreachable(deps: DiscoveryDeps): void {
  const wrappers = wrappersOf(deps)
  const classes = new Set(wrappers.filter((each) => !each.isNotMetatype).map(prototypeOf))
  for (const wrapper of wrappers) {
    const prototype = prototypeOf(wrapper)
    const [first] = methodsOf(deps, prototype)
    if (first === undefined) continue
    const title = `${first.className}.${first.method}`
    if (!classes.has(prototype)) {
      throw unreachable(
        title,
        'its class is provided by a value or a function',
        'Provide the class itself, or by useClass',
      )
    }
    if (!wrapper.isNotMetatype && (wrapper.isTransient || !wrapper.isDependencyTreeStatic())) {
      throw unreachable(
        title,
        'its class is not a singleton: it is made anew for each request or user',
        'Move the method to a class in the default scope, which resolves the other by ModuleRef',
      )
    }
  }
}

function wrappersOf({ discovery }: DiscoveryDeps): readonly Wrapper[] {
  return [...discovery.getProviders(), ...discovery.getControllers()]
}

function prototypeOf({ instance, isNotMetatype, metatype }: Wrapper): object | null {
  if (!isNotMetatype) return (metatype as { readonly prototype?: object }).prototype ?? null
  return typeof instance === 'object' && instance !== null ? (Object.getPrototypeOf(instance) as object | null) : null
}

function methodsOf({ scanner }: DiscoveryDeps, prototype: object | null): readonly DecoratedMethod[] {
  if (prototype === null) return []
  return scanner.getAllMethodNames(prototype).flatMap((method) =>
    scheduledOf(prototype, method).map((scheduled) => ({
      className: prototype.constructor.name,
      method,
      scheduled,
    })),
  )
}

export function nameTaken(name: string, place: string): SchedulerError {
  return new SchedulerError(`Job '${name}' already exists: ${place} has the name of another job`, {
    code: 'JOB_EXISTS',
    suggestion:
      'Give each a name of its own; a class that several modules provide belongs into one module that exports it',
  })
}
