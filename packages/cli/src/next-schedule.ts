/** The schedule that `s3sched next` is asked about: an expression with rules, or a job of the bucket. */
import { readFile } from 'node:fs/promises'
import { composeSchedule, everySchedule, InvalidScheduleError, parseSchedule, type Schedule } from '@s3sched/cron'
import { messageOf } from '@s3sched/kernel'
import { scheduleOf, type StoredComposition, type StoredExclusion } from '@s3sched/operator'
import { UsageError } from './ending.ts'
import { parseInstant } from './input/instant.ts'
import type { Invocation } from './invocation.ts'
import { scheduleText } from './output/schedule-text.ts'
import { subjectOf } from './subject.ts'

export interface ScheduleOptions {
  readonly job?: boolean
  readonly seed?: string
  readonly until?: string
  readonly exclude?: readonly string[]
  readonly calendar?: readonly string[]
  readonly onExcluded?: string
  readonly tz?: string
}

export interface AskedSchedule {
  /** `null` for a job without a schedule. */
  readonly schedule: Schedule | null
  /** The expression or the job's name, as asked. */
  readonly expression: string
  /** The schedule with its rules, for people; `undefined` for an expression alone. */
  readonly title: string | undefined
  /** The zone of the schedule. */
  readonly timezone: string
  /** The zone of the shown times. */
  readonly zone: string
  readonly seed: string | undefined
}

/** The form of an interval in the tables. */
const EVERY = /^every\s+(.+)$/
/** A single word, and no alias. */
const WORD = /^[^\s@]+$/
const DAY = /^\d{4}-\d\d-\d\d$/
const DAYS = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/

/** @throws UsageError; InvalidScheduleError; SchedulerError `JOB_NOT_FOUND`; StoreError */
export async function askedSchedule(invocation: Invocation, options: ScheduleOptions): Promise<AskedSchedule> {
  const expression = subjectOf(invocation)
  if (options.job === true) return scheduleOfJob(invocation, expression, options)
  const { seed } = options
  const { zone } = invocation
  const every = EVERY.exec(expression)?.[1]
  const single = every === undefined ? parseExpression(expression, zone, seed) : everySchedule(every)
  const rules = await rulesOf(invocation, options)
  const known = { expression, timezone: zone, zone, seed }
  if (Object.keys(rules).length === 0) return { ...known, schedule: single, title: undefined }
  const of = [every === undefined ? expression : { every, anchor: 0 }]
  return {
    ...known,
    schedule: composeSchedule([single], { timezone: zone, hashSeed: seed, ...rules }),
    title: scheduleText({ after: [], schedule: { of, ...rules }, timezone: zone }),
  }
}

/** @throws InvalidScheduleError; UsageError for what may be the name of a job */
function parseExpression(expression: string, timezone: string, hashSeed: string | undefined): Schedule {
  try {
    return parseSchedule(expression, { timezone, hashSeed })
  } catch (error) {
    const isWord = error instanceof InvalidScheduleError && error.suggestion === undefined && WORD.test(expression)
    throw isWord ? new UsageError(`${error.message}. Add --job where it is the name of a job`) : error
  }
}

async function scheduleOfJob(invocation: Invocation, name: string, options: ScheduleOptions): Promise<AskedSchedule> {
  const { calendar, exclude, onExcluded, seed, tz, until } = options
  if ((calendar ?? exclude ?? onExcluded ?? seed ?? until) !== undefined)
    throw new UsageError('expected --job without rules: the job has its own')
  await invocation.tellStore()
  const job = await invocation.wait('Reading the job', invocation.operator().job(name, invocation.io.signal))
  const { timezone } = job.spec
  return {
    schedule: scheduleOf(job),
    expression: name,
    title: `${name}: ${scheduleText(job.spec)}`,
    timezone,
    zone: tz === undefined ? timezone : invocation.zone,
    seed: name,
  }
}

async function rulesOf(invocation: Invocation, options: ScheduleOptions): Promise<Omit<StoredComposition, 'of'>> {
  const { calendar = [], exclude = [], until } = options
  const calendars = await Promise.all(calendar.map((file) => readCalendar(file)))
  const excluded = [...exclude.map((text) => exclusionOf(text)), ...calendars]
  const onExcluded = policyOf(options.onExcluded)
  const last = until === undefined || DAY.test(until) ? until : parseInstant('--until', until, invocation.now())
  return {
    ...(last === undefined ? {} : { until: last }),
    ...(excluded.length === 0 ? {} : { exclude: excluded }),
    ...(onExcluded === undefined ? {} : { onExcluded }),
  }
}

function exclusionOf(text: string): StoredExclusion {
  const [, from, until] = DAYS.exec(text) ?? []
  return from === undefined || until === undefined ? text : { from, until }
}

function policyOf(text: string | undefined): StoredComposition['onExcluded'] {
  if (text === undefined || text === 'skip') return undefined
  if (text === 'next-working-day' || text === 'previous') return text
  throw new UsageError(`expected --on-excluded to be skip, next-working-day or previous, got '${text}'`)
}

async function readCalendar(file: string): Promise<StoredExclusion> {
  let read: unknown
  try {
    read = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`the calendar ${file} can't be read: ${messageOf(error)}`)
  }
  if (typeof read === 'object' && read !== null && 'dates' in read && Array.isArray(read.dates))
    return { name: file, ...(read as object) } as StoredExclusion
  throw new UsageError(`expected { "dates": ["2027-12-25"], "timezone": "Europe/Rome" } in the calendar ${file}`)
}
