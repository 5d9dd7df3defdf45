import { resolvePolicy, type Backoff } from '@s3sched/executor'
import {
  alsoCalled,
  boolean,
  custom,
  describe,
  integer,
  isObject,
  oneOf,
  optional,
  resolveOptions,
  withheld,
  string,
  type ResolvedOptions,
} from '@s3sched/kernel'
import {
  type AnyAction,
  type AnyJobDefinition,
  type Calendars,
  type CheckIn,
  checkIntervalFields,
  checkJobName,
  compileNewSchedule,
  type GroupLimit,
  inScheduler,
  isCheckIn,
  isStandardSchema,
  type JobSpec,
  Mistakes,
  SchedulerError,
  type StandardSchema,
  storeExclusions,
  type StoredExclusion,
  storeSchedule,
  withRules,
} from '@s3sched/jobs'
import type { AlikeDefinitions } from './alike-definitions.ts'
import type { CompiledSpec, SpecCompiler } from './compiled-spec.ts'
import { checkAction, checkGroupLimit, checkRules, checkTicks } from './field-relations.ts'
import { isBackoff, isBound, isExclusion, isGroupLimit, isTags } from './field-shapes.ts'
import { checkAfter, isAfter, otherEnds, predecessorsOf } from './predecessors.ts'
import { OTHER_NAMES } from './other-names.ts'
import { DEFAULT_BACKOFF, NO_FIELDS, ResolvedJob, type ActionHost } from './resolved-job.ts'

/** The scheduler's options for jobs without their own. */
export interface JobDefaults {
  readonly timezone: string
  readonly defaultRetries: number
  readonly defaultTimeout: number
  /** The calendars that definitions may name. @default none */
  readonly calendars?: Calendars | undefined
}

const DAY_MS = 86_400_000

const BOUND = "a Date, epoch milliseconds, or a day such as '2027-12-25'"

function fieldsOf(defaults: JobDefaults, shape: string) {
  return {
    schedule: custom<unknown>(
      'a cron expression, { every }, a Date, a list of these, or null for a job that only others start',
      (value): value is unknown => storeSchedule(value) !== undefined,
    ),
    action: custom<AnyAction | URL>(
      `a function ${shape}, or the URL of an action's file`,
      (value): value is AnyAction | URL => typeof value === 'function' || value instanceof URL,
    ),
    from: optional(custom(BOUND, isBound)),
    until: optional(custom(BOUND, isBound)),
    maxRuns: integer({ min: 0, default: 0 }),
    pauseAfterFailures: integer({ min: 0, max: 1000, default: 0 }),
    exclude: optional(
      custom("a day such as '2027-12-25', days { from, until }, a cron expression, a calendar, or a list", isExclusion),
    ),
    onExcluded: oneOf(['skip', 'next-working-day', 'previous'], 'skip'),
    isolate: optional(oneOf(['thread', 'process'])),
    resourceLimits: optional(custom('an object', isObject)),
    description: string({ min: 0, max: 4096, default: '' }),
    tags: custom('a list of up to 20 words of 1 to 64 characters', isTags, []),
    enabled: boolean(true),
    timezone: string({ default: defaults.timezone, max: 64 }),
    retries: integer({ min: 0, max: 100, default: defaults.defaultRetries }),
    backoff: custom<Backoff>(
      "'exponential', 'linear', 'fixed', their options, a list of delays or a function",
      isBackoff,
      DEFAULT_BACKOFF,
    ),
    timeout: integer({ min: 0, default: defaults.defaultTimeout }),
    runOnStart: boolean(false),
    context: custom('an object', isObject, NO_FIELDS),
    schema: optional(
      custom<StandardSchema>('a Standard Schema (zod 3.24, valibot 1, arktype 2 or newer have them)', isStandardSchema),
    ),
    overlap: oneOf(['skip', 'queue', 'allow', 'cancel'], 'skip'),
    catchUp: oneOf(['none', 'latest', 'all'], 'latest'),
    catchUpWindowMs: integer({ min: 0, default: DAY_MS }),
    jitterMs: integer({ min: 0, max: DAY_MS, default: 0 }),
    after: custom("a job's name, { job, on: 'success' | 'failure' | 'end' }, or a list of these", isAfter, []),
    onLost: oneOf(['record', 'retry'], 'record'),
    onHang: oneOf(['continue', 'wait'], 'continue'),
    deadline: integer({ min: 0, default: 0 }),
    priority: integer({ min: -1000, max: 1000, default: 0 }),
    group: optional(string({ max: 128 })),
    groupLimit: custom<number | GroupLimit>(
      'an integer from 1 to 100000 for each process, or { process, fleet } with one or both',
      isGroupLimit,
      1,
    ),
    checkIn: optional(withheld(custom<CheckIn>('the URL of a monitor as a text, https://…, or a function', isCheckIn))),
  }
}

type ResolvedDefinition = ResolvedOptions<ReturnType<typeof fieldsOf>>

/** Checks definitions of jobs, fills in their defaults and compiles their schedules. Reads and writes nothing. */
export class JobResolver {
  readonly #defaults: JobDefaults
  readonly #fields: ReturnType<typeof fieldsOf>
  readonly #host: ActionHost
  /** The last backoff found valid. Most jobs share a backoff, and the check takes longer than all others together. */
  #goodBackoff: unknown

  constructor(defaults: JobDefaults, host: ActionHost) {
    this.#defaults = defaults
    this.#fields = alsoCalled(fieldsOf(defaults, host.shape), OTHER_NAMES)
    this.#host = host
  }

  /**
   * @param alike - shared by the batch of jobs being added
   * @throws SchedulerError `INVALID_JOB` or `INVALID_SCHEDULE`, naming the job and all its mistakes
   */
  resolve(name: string, definition: AnyJobDefinition, alike: AlikeDefinitions): ResolvedJob {
    checkJobName(name)
    if (!isObject(definition)) {
      throw new SchedulerError(
        `Job '${name}': expected a definition { schedule, action, … }, got ${describe(definition)}`,
        {
          code: 'INVALID_JOB',
          context: { jobName: name },
        },
      )
    }
    const known = alike.find(definition)
    if (known !== undefined) {
      checkAction(name, definition)
      return new ResolvedJob(name, known, definition.action, this.#host)
    }
    // A copy, so that later changes of the application's object have no effect.
    const { action, ...fields } = definition
    const checked = { compiled: this.#compile(name, definition, alike.compiler), fields }
    alike.share(definition, checked)
    return new ResolvedJob(name, checked, action, this.#host)
  }

  #compile(name: string, definition: AnyJobDefinition, compiler: SpecCompiler): CompiledSpec {
    const mistakes = new Mistakes()
    const resolved = mistakes.collect(() =>
      inScheduler('INVALID_JOB', () => resolveOptions(`Job '${name}'`, this.#fields, definition)),
    )
    mistakes.collect(() => checkIntervalFields(name, definition.schedule))
    mistakes.collect(() => checkAction(name, definition))
    mistakes.collect(() => checkAfter(name, definition.after))
    mistakes.collect(() => checkGroupLimit(name, definition))
    mistakes.collect(() => checkRules(name, definition))
    mistakes.collect(() => this.#checkBackoff(name, definition.backoff ?? DEFAULT_BACKOFF))
    mistakes.collect(() => checkTicks(name, definition))
    const compiled = mistakes.collect(() => {
      if (resolved !== undefined) return compiler.compile(name, this.#specOf(name, resolved))
      this.#checkSchedule(name, definition)
      return undefined
    })
    mistakes.throwIfAny()
    if (compiled === undefined) throw new TypeError(`job '${name}' was refused without a reason`)
    return compiled
  }

  /** Also checks the schedule of a definition refused for another field, if that is possible. */
  #checkSchedule(name: string, { schedule: given, timezone = this.#defaults.timezone }: AnyJobDefinition): void {
    const schedule = storeSchedule(given)
    if (schedule !== undefined && typeof timezone === 'string') compileNewSchedule(name, { schedule, timezone })
  }

  #specOf(name: string, resolved: ResolvedDefinition): JobSpec {
    const { exclude } = resolved
    const { calendars = {} } = this.#defaults
    return specOf(resolved, exclude === undefined ? [] : storeExclusions(name, exclude, calendars))
  }

  #checkBackoff(name: string, backoff: Backoff): void {
    if (backoff === this.#goodBackoff || !isBackoff(backoff)) return
    inScheduler('INVALID_JOB', () => resolvePolicy({ backoff }), `Job '${name}'`)
    if (typeof backoff === 'string') this.#goodBackoff = backoff
  }
}

/** The part of a definition that lies in the bucket. */
function specOf(resolved: ResolvedDefinition, exclude: readonly StoredExclusion[]): JobSpec {
  const { after, backoff, from, group, groupLimit, maxRuns, onExcluded, pauseAfterFailures, tags, until } = resolved
  const { fleet, process = fleet } = typeof groupLimit === 'number' ? { process: groupLimit } : groupLimit
  const stored = storeSchedule(resolved.schedule) ?? null
  const afterOn = otherEnds(after)
  return {
    schedule: stored === null ? null : withRules(stored, { from, until, exclude, onExcluded }),
    timezone: resolved.timezone,
    // A usual value is left out, so that the hash of a definition is the same as before there was this field.
    ...(maxRuns === 0 ? {} : { maxRuns }),
    ...(pauseAfterFailures === 0 ? {} : { pauseAfterFailures }),
    description: resolved.description,
    ...(tags.length === 0 ? {} : { tags }),
    enabled: resolved.enabled,
    retries: resolved.retries,
    backoff: typeof backoff === 'function' ? 'custom' : backoff,
    timeout: resolved.timeout,
    runOnStart: resolved.runOnStart,
    overlap: resolved.overlap,
    catchUp: resolved.catchUp,
    catchUpWindowMs: resolved.catchUpWindowMs,
    jitterMs: resolved.jitterMs,
    after: predecessorsOf(after).map(({ job }) => job),
    ...(Object.keys(afterOn).length === 0 ? {} : { afterOn }),
    onLost: resolved.onLost,
    deadline: resolved.deadline,
    priority: resolved.priority,
    group: group ?? null,
    groupLimit: process ?? 1,
    groupFleetLimit: fleet ?? 0,
  }
}
