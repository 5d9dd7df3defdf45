import type { Schedule } from '@s3sched/cron'
import { compileNewSchedule } from './compile-schedule.ts'
import { hashSpec, type JobSpec } from './job-spec.ts'

/** A specification with what follows from it. Jobs whose specifications are equal share one. */
export class CompiledSpec {
  readonly spec: JobSpec
  readonly schedule: Schedule | null
  #hash: string | undefined

  /** @throws SchedulerError `INVALID_SCHEDULE` */
  constructor(name: string, spec: JobSpec) {
    this.spec = spec
    this.schedule = compileNewSchedule(name, spec)
  }

  /** Only who looks at the bucket needs it. */
  get hash(): string {
    this.#hash ??= hashSpec(this.spec)
    return this.#hash
  }
}

/**
 * Compiles specifications, equal ones once. It remembers each, so it lives as long as one bulk of jobs is being added: among
 * 100,000 jobs there are few different specifications, and each would take some hundreds of bytes and a hash.
 */
export class SpecCompiler {
  readonly #compiled = new Map<string, CompiledSpec>()

  /** @throws SchedulerError `INVALID_SCHEDULE` */
  compile(name: string, spec: JobSpec): CompiledSpec {
    // `H` is spread by the job's name, so that equal texts are different schedules.
    const isSpread = typeof spec.schedule === 'string' && /H/i.test(spec.schedule)
    // All have their fields in the same order.
    const key = isSpread ? `${JSON.stringify(spec)} ${name}` : JSON.stringify(spec)
    let compiled = this.#compiled.get(key)
    if (compiled === undefined) this.#compiled.set(key, (compiled = new CompiledSpec(name, spec)))
    return compiled
  }
}
