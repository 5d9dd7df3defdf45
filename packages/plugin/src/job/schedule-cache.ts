import type { Schedule } from '@s3sched/cron'
import { SchedulerError } from '../scheduler-error.ts'
import { compileSchedule } from './compile-schedule.ts'
import { effectiveSpec, type JobRecord } from './job-record.ts'
import type { LocalJob } from './local-job.ts'

/** The compiled schedule of each job, compiled again only when what is in force changes. */
export class ScheduleCache {
  readonly #compiled = new Map<string, { readonly source: string; readonly schedule: Schedule | null }>()
  readonly #localJob: (name: string) => LocalJob | undefined

  /** @param localJob - the code's definition; its schedule serves where it is the one in force */
  constructor(localJob: (name: string) => LocalJob | undefined) {
    this.#localJob = localJob
  }

  /** @throws SchedulerError `INVALID_SCHEDULE` when the record holds one that this version does not know */
  get(name: string, record: JobRecord): Schedule | null {
    const local = this.#localJob(name)
    if (record.override === null && record.spec === local?.spec) return local.schedule
    const spec = effectiveSpec(record)
    const source = JSON.stringify([spec.schedule, spec.timezone])
    const known = this.#compiled.get(name)
    if (known?.source === source) return known.schedule
    const schedule = compileSchedule(name, spec)
    this.#compiled.set(name, { source, schedule })
    return schedule
  }

  /** For those who only show it: `null` where {@link get} throws. */
  show(name: string, record: JobRecord): Schedule | null {
    try {
      return this.get(name, record)
    } catch (error) {
      if (error instanceof SchedulerError) return null
      throw error
    }
  }

  delete(name: string): void {
    this.#compiled.delete(name)
  }
}
