import { type JobSettings, type OwnFields, SchedulerError, type StandardSchema } from '@s3sched/plugin'

/** The settings of a job that a decorator may give beside the names of `@nestjs/schedule`. All times are ms. */
export interface ScheduledOptions extends Omit<
  JobSettings,
  'schedule' | 'timezone' | 'enabled' | 'isolate' | 'resourceLimits'
> {
  /**
   * The name of the job, unique in the fleet. A renamed job is a new job.
   * @default the names of the class and the method, `Reports.send`
   */
  readonly name?: string
  /** The job is known, and can be run by hand, but its ticks pass. @default false */
  readonly disabled?: boolean
  /** The job's own fields in the context of its runs. */
  readonly context?: OwnFields
  /** Checks the own fields of each run's context; the method gets the output of the schema. */
  readonly schema?: StandardSchema<unknown, OwnFields>
}

/** The options of `@Cron`: those of `@nestjs/schedule`, and the settings of a job. All times are ms. */
export interface CronOptions extends ScheduledOptions {
  /** The zone of the schedule. @default the `timezone` of the module, UTC if it has none */
  readonly timeZone?: string
  /** A fixed zone instead, in hours (below 60) or minutes east of UTC. Whole hours only: -12 to 14, or their minutes. */
  readonly utcOffset?: number
  /**
   * `true`: the same as `overlap: 'skip'`, the default here; `false`: the same as `overlap: 'allow'`. The runs of the
   * whole fleet count.
   */
  readonly waitForCompletion?: boolean
  /** The same as `catchUpWindowMs`: a tick later than this is recorded as missed. @default 86400000 (24 h) */
  readonly threshold?: number
  /** Taken and without effect: a started scheduler holds the process until it is stopped. */
  readonly unrefTimeout?: boolean
}

/** The options of a job, as the scheduler takes them. */
export type Settings = Omit<JobSettings, 'schedule'> & Pick<ScheduledOptions, 'context' | 'schema'>

/**
 * @throws SchedulerError `INVALID_JOB` for options that contradict each other, a switch that is neither true nor false,
 * or an offset without a zone
 */
export function settingsOf(job: string, options: CronOptions): Settings {
  const { disabled, name: _, threshold, timeZone, unrefTimeout: __, utcOffset, waitForCompletion, ...own } = options
  refuseNoSwitch(job, { disabled, waitForCompletion })
  refuseBoth(job, { timeZone, utcOffset })
  refuseBoth(job, { waitForCompletion, overlap: own.overlap })
  refuseBoth(job, { threshold, catchUpWindowMs: own.catchUpWindowMs })
  const timezone = utcOffset === undefined ? timeZone : zoneOf(job, utcOffset)
  return {
    ...own,
    ...(timezone === undefined ? {} : { timezone }),
    ...(disabled === undefined ? {} : { enabled: !disabled }),
    ...(waitForCompletion === undefined ? {} : { overlap: waitForCompletion ? 'skip' : 'allow' }),
    ...(threshold === undefined ? {} : { catchUpWindowMs: threshold }),
  }
}

/** Any text would count as `true`: `'no'`, too. */
function refuseNoSwitch(job: string, switches: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(switches)) {
    if (value === undefined || typeof value === 'boolean') continue
    throw invalid(`Job '${job}': expected ${name} to be true or false, got ${shown(value)}`)
  }
}

/** A value for an error message. */
function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function refuseBoth(job: string, pair: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(pair).filter(([, value]) => value !== undefined)
  if (given.length < 2) return
  throw invalid(`Job '${job}': expected ${Object.keys(pair).join(' or ')}, got both`, 'Leave one of them out')
}

/** As the package `cron` reads the option: below 60 the number means hours. The names of these zones have the sign reversed. */
function zoneOf(job: string, offset: number): string {
  const hours = Math.abs(offset) < 60 ? offset : offset / 60
  if (Number.isInteger(hours) && hours >= -12 && hours <= 14) {
    return hours === 0 ? 'Etc/UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`
  }
  throw invalid(
    `Job '${job}': expected utcOffset to be whole hours from -12 to 14, got ${offset}`,
    "Give timeZone the name of a place, such as 'Asia/Kolkata'",
  )
}

function invalid(message: string, suggestion?: string): SchedulerError {
  return new SchedulerError(message, { code: 'INVALID_JOB', ...(suggestion === undefined ? {} : { suggestion }) })
}
