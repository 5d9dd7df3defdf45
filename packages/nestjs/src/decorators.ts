import { Inject, SetMetadata } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { EverySchedule, JobContext } from '@s3sched/plugin'
import type { CronOptions, ScheduledOptions } from './cron-options.ts'

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

/** The decorators of a method, in the order in which they ran. */
export function scheduledOf(method: unknown): readonly Scheduled[] {
  if (typeof method !== 'function') return []
  return new Reflector().get<readonly Scheduled[] | undefined>(SCHEDULED, method as () => unknown) ?? []
}

function scheduled(entry: Scheduled): ScheduledDecorator {
  return (target, key, descriptor) => {
    SetMetadata(SCHEDULED, [...scheduledOf(descriptor.value), entry])(target, key, descriptor)
  }
}
