import { isComposition, type JobSpec, type StoredExclusion, type StoredSingle } from '@s3sched/jobs'

/** The words for instants and durations in the text of a schedule. */
export interface ScheduleWords {
  /** Writes an instant, epoch ms. */
  readonly instant: (at: number) => string
  /** Writes a duration in ms. */
  readonly duration: (ms: number) => string
}

/** The part of a definition about its ticks. */
export type DescribedSpec = Pick<JobSpec, 'after' | 'afterOn' | 'maxRuns' | 'schedule' | 'timezone'>

/** A job's schedule in a few words, such as `0 3 * * * (Europe/Berlin)`, `after import`, or both. */
export function scheduleText(spec: DescribedSpec, words: ScheduleWords): string {
  const { after, afterOn = {}, schedule } = spec
  const chain = after.length === 0 ? [] : [`after ${after.map((job) => predecessorText(job, afterOn[job])).join(', ')}`]
  if (schedule === null) return chain[0] ?? 'by hand'
  return [ticksText({ ...spec, schedule }, words), ...chain].join(', or ')
}

function ticksText(
  { maxRuns = 0, schedule, timezone }: DescribedSpec & { readonly schedule: NonNullable<DescribedSpec['schedule']> },
  words: ScheduleWords,
): string {
  const most = maxRuns === 0 ? [] : [maxRuns === 1 ? 'at most once' : `at most ${maxRuns} times`]
  if (!isComposition(schedule)) return [singleText(schedule, timezone, words), ...most].join(', ')
  const { exclude = [], from, of, onExcluded, until } = schedule
  const bound = (at: number | string): string => (typeof at === 'string' ? at : words.instant(at))
  return [
    of.map((single) => singleText(single, timezone, words)).join(' and '),
    ...(from === undefined ? [] : [`from ${bound(from)}`]),
    ...(until === undefined ? [] : [`until ${bound(until)}`]),
    ...(exclude.length === 0
      ? []
      : [onExcluded === undefined ? `not on ${excludedText(exclude)}` : `${onExcluded} on ${excludedText(exclude)}`]),
    ...most,
  ].join(', ')
}

function predecessorText(job: string, on: 'failure' | 'end' | undefined): string {
  return on === undefined ? job : `the ${on} of ${job}`
}

function singleText(schedule: StoredSingle, timezone: string, { duration, instant }: ScheduleWords): string {
  if (typeof schedule === 'string') return timezone === 'UTC' ? schedule : `${schedule} (${timezone})`
  if ('at' in schedule) return `once, ${instant(schedule.at)}`
  const written = (length: number | string): string => (typeof length === 'number' ? duration(length) : length)
  const every = `every ${written(schedule.every)}`
  return schedule.offset === undefined ? every : `${every} offset by ${written(schedule.offset)}`
}

/** Names calendars, expressions and a single day or range, and counts several days and ranges. */
function excludedText(exclude: readonly StoredExclusion[]): string {
  const days = exclude.flatMap((each) => dayOf(each) ?? [])
  const named = exclude
    .filter((each) => dayOf(each) === undefined)
    .map((each) => (typeof each === 'string' ? each : nameOf(each)))
  return [...named, ...(days.length > 1 ? [`${days.length} dates`] : days)].join(', ')
}

/** A day or a range of days; `undefined` for a calendar and an expression. */
function dayOf(each: StoredExclusion): string | undefined {
  if (typeof each === 'string') return /^\d+-\d+-\d+$/.test(each) ? each : undefined
  return 'dates' in each ? undefined : `${each.from}..${each.until}`
}

function nameOf(each: Exclude<StoredExclusion, string>): string {
  return 'name' in each && typeof each.name === 'string' ? each.name : 'a calendar'
}
