import { Inject } from '@nestjs/common'
import type { EverySchedule, JobContext } from '@s3sched/plugin'
import type { CronOptions, ScheduledOptions } from './cron-options.ts'
import { unreachable } from './unreachable.ts'

/** A method that a decorator made a job. */
export interface Scheduled {
  readonly schedule: string | Date | EverySchedule
  readonly options: CronOptions
}

/** A method that can be a job: it is called with the context of the run, and its value is the result of the run. */
export type ScheduledMethod = (context: JobContext) => unknown

/** A decorator of methods without a parameter, or with the context of the run. */
export type ScheduledDecorator = <Method extends ScheduledMethod>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void

const SCHEDULED = 's3sched:scheduled'

/** The token of the scheduler. */
export const SCHEDULER: unique symbol = Symbol.for('s3sched.scheduler')

/** Injects the scheduler: `constructor(@InjectScheduler() private readonly scheduler: Scheduler) {}`. */
export function InjectScheduler(): PropertyDecorator & ParameterDecorator {
  return Inject(SCHEDULER)
}

/**
 * Makes a method a job, whose ticks start once in the whole fleet. A method may have several decorators, with a name each.
 *
 * @param cronTime - an expression of 5 or 6 fields, an alias such as `@daily`, or a `Date` for once
 * @example
 * @Cron('0 8 * * 1-5', { name: 'report', timeZone: 'Europe/Rome', retries: 3 })
 * async report({ scheduledTime, signal }: JobContext) {}
 */
export function Cron(cronTime: string | Date, options: CronOptions = {}): ScheduledDecorator {
  return scheduled({ schedule: cronTime, options })
}

/** Makes a method a job that ticks every `timeout` ms, once in the whole fleet, whenever its processes start. */
export function Interval(timeout: number, options?: ScheduledOptions): ScheduledDecorator
/** The same, for a job of this name. */
export function Interval(name: string, timeout: number, options?: ScheduledOptions): ScheduledDecorator
export function Interval(
  first: string | number,
  second?: number | ScheduledOptions,
  third?: ScheduledOptions,
): ScheduledDecorator {
  if (typeof first === 'string')
    return scheduled({ schedule: { every: second as number }, options: { ...third, name: first } })
  return scheduled({ schedule: { every: first }, options: (second as ScheduledOptions | undefined) ?? {} })
}

/**
 * The decorators of a method, in the order in which they ran. A method that overrides a decorated method has none of its
 * own.
 */
export function scheduledOf(prototype: object, method: string): readonly Scheduled[] {
  const owner = ownerOf(prototype, method)
  const ofClass = owner === null ? undefined : (Reflect.getOwnMetadata(SCHEDULED, owner, method) as unknown)
  const value = owner === null ? undefined : Object.getOwnPropertyDescriptor(owner, method)?.value
  const ofMethod = typeof value === 'function' ? (Reflect.getMetadata(SCHEDULED, value) as unknown) : undefined
  return (ofClass ?? ofMethod ?? []) as readonly Scheduled[]
}

function ownerOf(prototype: object | null, method: string): object | null {
  let owner = prototype
  while (owner !== null && !Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner) as object | null
  return owner
}

/**
 * Notes the job at the class and at the method: another decorator may put its own function in the method's place, and a
 * mixin may put the method into another class.
 * @throws SchedulerError `INVALID_JOB` for what is no method of the instances
 */
function scheduled(entry: Scheduled): ScheduledDecorator {
  return (target, key, descriptor) => {
    const method = methodName(target, key, descriptor)
    const all = [...scheduledOf(target, method), entry]
    Reflect.defineMetadata(SCHEDULED, all, target, method)
    Reflect.defineMetadata(SCHEDULED, all, descriptor.value as object)
  }
}

function methodName(target: object, key: string | symbol, descriptor: PropertyDescriptor | undefined): string {
  const isStatic = typeof target === 'function'
  const title = `${isStatic ? target.name : target.constructor.name}.${String(key)}`
  if (isStatic) throw unreachable(title, 'it is static, and no provider has it', 'Make it a method of the instances')
  if (typeof key === 'symbol') throw unreachable(title, 'its name is a symbol', 'Give the method a name')
  if (typeof descriptor?.value !== 'function') {
    throw unreachable(title, 'it is no method', 'Write a method, and not a field with a function')
  }
  return key
}
