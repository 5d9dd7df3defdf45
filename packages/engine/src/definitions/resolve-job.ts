import { types } from 'node:util'
import { checkActionFile, resolvePolicy, type Backoff } from '@s3sched/executor'
import {
  boolean,
  custom,
  describe,
  integer,
  isDate,
  oneOf,
  optional,
  resolveOptions,
  string,
  type ResolvedOptions,
} from '@s3sched/kernel'
import {
  checkContextOfTicks,
  type Calendars,
  type CheckIn,
  checkIntervalFields,
  checkJobName,
  compileNewSchedule,
  inScheduler,
  isCheckIn,
  isStandardSchema,
  type AfterOn,
  type AnyAction,
  type AnyJobDefinition,
  type GroupLimit,
  type JobSpec,
  Mistakes,
  type Predecessor,
  type ScheduleExclusion,
  SchedulerError,
  type StandardSchema,
  storeExclusions,
  type StoredExclusion,
  storeSchedule,
  withRules,
} from '@s3sched/jobs'
import type { SpecCompiler } from './compiled-spec.ts'
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

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBackoff = (value: unknown): value is Backoff =>
  value !== null && ['string', 'object', 'function'].includes(typeof value)

const isLimit = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100_000

const isGroupLimit = (value: unknown): value is number | GroupLimit => {
  if (!isPlainObject(value)) return isLimit(value)
  const given = Object.entries(value).filter(([, limit]) => limit !== undefined)
  return given.length > 0 && given.every(([of, limit]) => (of === 'process' || of === 'fleet') && isLimit(limit))
}

const isPredecessor = (value: unknown): value is Predecessor => {
  if (typeof value === 'string') return true
  if (!isPlainObject(value) || typeof value['job'] !== 'string') return false
  const { job: _, on = 'success', ...others } = value
  return ['success', 'failure', 'end'].includes(on as string) && Object.keys(others).length === 0
}

const isAfter = (value: unknown): value is Predecessor | readonly Predecessor[] =>
  Array.isArray(value) ? value.every(isPredecessor) : isPredecessor(value)

const isBound = (value: unknown): value is number | Date | string =>
  isDate(value) || typeof value === 'number' || typeof value === 'string'

const isExclusion = (value: unknown): value is ScheduleExclusion | readonly ScheduleExclusion[] =>
  typeof value === 'string' || (typeof value === 'object' && value !== null && !isDate(value))

const BOUND = "a Date, epoch milliseconds, or a day such as '2027-12-25'"

const isTags = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= 20 &&
  value.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= 64)

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
    exclude: optional(
      custom("a day such as '2027-12-25', days { from, until }, a cron expression, a calendar, or a list", isExclusion),
    ),
    onExcluded: oneOf(['skip', 'next-working-day', 'previous'], 'skip'),
    isolate: optional(oneOf(['thread', 'process'])),
    resourceLimits: optional(custom('an object', isPlainObject)),
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
    context: custom('an object', isPlainObject, NO_FIELDS),
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
    checkIn: optional(custom<CheckIn>('the URL of a monitor, or a function', isCheckIn)),
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
    this.#fields = fieldsOf(defaults, host.shape)
    this.#host = host
  }

  /**
   * @param compiler - shared by the batch of jobs being added
   * @throws SchedulerError `INVALID_JOB` or `INVALID_SCHEDULE`, naming the job and all its mistakes
   */
  resolve(name: string, definition: AnyJobDefinition, compiler: SpecCompiler): ResolvedJob {
    checkJobName(name)
    if (!isPlainObject(definition)) {
      throw new SchedulerError(
        `Job '${name}': expected a definition { schedule, action, … }, got ${describe(definition)}`,
        {
          code: 'INVALID_JOB',
          context: { jobName: name },
        },
      )
    }
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
    // A copy, so that later changes of the application's object have no effect.
    return new ResolvedJob(name, compiled, { ...definition }, this.#host)
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

function checkAction(name: string, { action, isolate, resourceLimits }: AnyJobDefinition): void {
  if (action instanceof URL) return inScheduler('INVALID_JOB', () => checkActionFile(action), `Job '${name}'`)
  if (typeof action === 'function' && (isolate ?? resourceLimits) !== undefined) throw functionCantLeave(name)
  if (!types.isGeneratorFunction(action)) return
  throw new SchedulerError(`Job '${name}': expected action to be a plain or an async function, got a generator`, {
    code: 'INVALID_JOB',
    suggestion: 'Nothing would run the body of a generator: take its asterisk away',
    context: { jobName: name },
  })
}

/** Ticks and starts by other jobs have only the context of the definition. A caller can give the rest of a context. */
function checkTicks(
  name: string,
  { after, context = NO_FIELDS, runOnStart, schedule, schema }: AnyJobDefinition,
): void {
  const isStartedByCallers = schedule === null && after === undefined && runOnStart !== true
  if (isStartedByCallers || !isStandardSchema(schema) || !isPlainObject(context)) return
  checkContextOfTicks(name, schema, context)
}

function functionCantLeave(name: string): SchedulerError {
  return new SchedulerError(
    `Job '${name}': expected action to be the URL of a file for an isolated job, got a function`,
    {
      code: 'INVALID_JOB',
      suggestion:
        'A function can\'t leave its process: make it the default export of a file, and write `action: new URL("./jobs/report.js", import.meta.url)`',
      context: { jobName: name },
    },
  )
}

function checkAfter(name: string, after: unknown): void {
  if (!isAfter(after)) return
  const names = predecessorsOf(after).map(({ job }) => job)
  const twice = names.find((each, index) => names.indexOf(each) < index)
  if (twice !== undefined) {
    throw new SchedulerError(`Job '${name}' comes after '${twice}' twice`, {
      code: 'INVALID_JOB',
      suggestion: "Name it once; on: 'end' stands for success and failure",
      context: { jobName: name, predecessor: twice },
    })
  }
  if (!names.includes(name)) return
  throw new SchedulerError(`Job '${name}' can't come after itself`, {
    code: 'INVALID_JOB',
    context: { jobName: name },
  })
}

function checkGroupLimit(name: string, { group, groupLimit }: AnyJobDefinition): void {
  if (group !== undefined || groupLimit === undefined) return
  throw new SchedulerError(`Job '${name}': expected a group for groupLimit ${describe(groupLimit)}, got none`, {
    code: 'INVALID_JOB',
    suggestion: "Name the group, as in `group: 'database', groupLimit: 2`, or `groupLimit: { fleet: 2 }`",
    context: { jobName: name },
  })
}

function predecessorsOf(after: Predecessor | readonly Predecessor[]): readonly { job: string; on: AfterOn }[] {
  const list = Array.isArray(after) ? (after as readonly Predecessor[]) : [after as Predecessor]
  return list.map((each) => (typeof each === 'string' ? { job: each, on: 'success' } : { on: 'success', ...each }))
}

/** By predecessor, the ends that count, but for the usual one. */
function otherEnds(after: Predecessor | readonly Predecessor[]): NonNullable<JobSpec['afterOn']> {
  return Object.fromEntries(predecessorsOf(after).flatMap(({ job, on }) => (on === 'success' ? [] : [[job, on]])))
}

/** Rules of ticks are of no use to a job without a schedule. */
function checkRules(name: string, definition: AnyJobDefinition): void {
  if (definition.schedule !== null) return
  const { exclude, from, maxRuns = 0, until } = definition
  const rules = { from, until, exclude, maxRuns: maxRuns === 0 ? undefined : maxRuns }
  const given = Object.entries(rules).flatMap(([rule, value]) => (value === undefined ? [] : [rule]))
  if (given.length === 0) return
  throw new SchedulerError(`Job '${name}': expected a schedule for ${given.join(' and ')}, got null`, {
    code: 'INVALID_JOB',
    suggestion: 'These rules are about the ticks of a schedule',
    context: { jobName: name },
  })
}

function specOf(resolved: ResolvedDefinition, exclude: readonly StoredExclusion[]): JobSpec {
  const { schedule, backoff, after, group, groupLimit, ...others } = resolved
  const { fleet, process = fleet } = typeof groupLimit === 'number' ? { process: groupLimit } : groupLimit
  const {
    action: _action,
    checkIn: _checkIn,
    context: _context,
    exclude: _exclude,
    from,
    isolate: _isolate,
    maxRuns,
    onExcluded,
    onHang: _onHang,
    resourceLimits: _limits,
    schema: _schema,
    tags,
    until,
    ...plain
  } = others
  const stored = storeSchedule(schedule) ?? null
  const afterOn = otherEnds(after)
  return {
    ...plain,
    schedule: stored === null ? null : withRules(stored, { from, until, exclude, onExcluded }),
    // A usual value is left out, so that the hash of a definition is the same as before there was this field.
    ...(maxRuns === 0 ? {} : { maxRuns }),
    ...(tags.length === 0 ? {} : { tags }),
    backoff: typeof backoff === 'function' ? 'custom' : backoff,
    after: predecessorsOf(after).map(({ job }) => job),
    ...(Object.keys(afterOn).length === 0 ? {} : { afterOn }),
    group: group ?? null,
    groupLimit: process ?? 1,
    groupFleetLimit: fleet ?? 0,
  }
}
