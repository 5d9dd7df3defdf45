import type { Schedule } from '@s3sched/cron'
import { compileNewSchedule, hashSpec, isComposition, type JobSpec, singlesOf } from '@s3sched/jobs'

/** A specification with schedule and hash. Jobs with equal specifications share an object. */
export class CompiledSpec {
  readonly spec: JobSpec
  readonly schedule: Schedule | null
  #hash: string | undefined

  /** @throws SchedulerError `INVALID_SCHEDULE` */
  constructor(name: string, spec: JobSpec) {
    this.spec = spec
    this.schedule = compileNewSchedule(name, spec)
  }

  /** Computed lazily: only the comparison with the bucket needs the hash. */
  get hash(): string {
    this.#hash ??= hashSpec(this.spec)
    return this.#hash
  }
}

/**
 * Compiles specifications, equal ones once. A compiler keeps every result, so it lives only while a batch of jobs is
 * added: 100,000 jobs have few different specifications, and separate ones would take some hundreds of bytes and a hash
 * per job.
 */
export class SpecCompiler {
  readonly #compiled = new Map<string, CompiledSpec>()

  /** @throws SchedulerError `INVALID_SCHEDULE` */
  compile(name: string, spec: JobSpec): CompiledSpec {
    // JSON text is a valid key because all specifications have the same field order.
    const key = isSpread(spec) ? `${JSON.stringify(spec)} ${name}` : JSON.stringify(spec)
    let compiled = this.#compiled.get(key)
    if (compiled === undefined) this.#compiled.set(key, (compiled = new CompiledSpec(name, spec)))
    return compiled
  }
}

/** True for a schedule with an `H`, which depends on the job's name: equal texts are different schedules. */
export function isSpread(spec: JobSpec): boolean {
  return expressionsOf(spec).some((expression) => /H/i.test(expression))
}

function expressionsOf({ schedule }: JobSpec): readonly string[] {
  if (schedule === null) return []
  const excluded = isComposition(schedule) ? (schedule.exclude ?? []) : []
  return [...singlesOf(schedule), ...excluded].filter((each) => typeof each === 'string')
}
