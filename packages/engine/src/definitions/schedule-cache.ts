import type { Schedule } from '@s3sched/cron'
import {
  compileSchedule,
  effectiveSpec,
  type JobRecord,
  type JobSpec,
  type LocalJob,
  SchedulerError,
} from '@s3sched/jobs'

/** The compiled schedule of each job, compiled again only after a change of the schedule in force. */
export class ScheduleCache {
  readonly #compiled = new Map<string, { readonly source: string; readonly schedule: Schedule | null }>()
  readonly #localJob: (name: string) => LocalJob | undefined

  /** @param localJob - the code's definition, whose compiled schedule is reused while it is in force */
  constructor(localJob: (name: string) => LocalJob | undefined) {
    this.#localJob = localJob
  }

  /** @throws SchedulerError `INVALID_SCHEDULE` when the record's schedule is unknown to this version */
  get(name: string, record: JobRecord): Schedule | null {
    const local = this.#localJob(name)
    if (record.override === null && record.spec === local?.spec) return local.schedule
    const source = sourceOf(effectiveSpec(record))
    // A record that was just read has a specification of its own, and decisions are compared by their schedule.
    if (local !== undefined && sourceOf(local.spec) === source) return local.schedule
    const known = this.#compiled.get(name)
    if (known?.source === source) return known.schedule
    const schedule = compileSchedule(name, effectiveSpec(record))
    this.#compiled.set(name, { source, schedule })
    return schedule
  }

  /** For display: `null` where {@link get} throws. */
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

function sourceOf({ schedule, timezone }: JobSpec): string {
  return JSON.stringify([schedule, timezone])
}
