/**
 * One schedule out of several, with bounds and exclusions.
 *
 * The rules apply in this order: the ticks of all schedules together; without the excluded ones, or with these moved to a
 * working day; and of the result the ticks from `from` to `until`, both included. So a bound is compared with the
 * instant at which a run starts, and not with the instant from which a tick was moved.
 */
import { isObject, nameAdvice } from '@s3sched/kernel'
import { collect } from './collect.ts'
import { CronSchedule } from './cron-schedule.ts'
import { DAY_SECONDS, type BlockedTimes } from './blocked-times.ts'
import { type Exclusion, isCalendar, readDate, readExclusion, readWeekend, USUAL_WEEKEND, wrong } from './exclusion.ts'
import { findZone } from './find-zone.ts'
import { freeTicks, type Ticks, unionOf } from './free-ticks.ts'
import { instantMs, MAX_INSTANT_MS, wholeMs } from './instant.ts'
import { movedTicks } from './moved-ticks.ts'
import { isoText } from './once-schedule.ts'
import type { Schedule } from './schedule.ts'
import type { Zone } from './zone.ts'
import { firstReaching } from './zoned-walk.ts'

/** What becomes of an excluded tick. */
export type OnExcluded = 'skip' | 'next-working-day' | 'previous'

/** The bounds and the excluded days of a composed schedule. */
export interface ScheduleRules {
  /** The zone of the days in the rules, IANA name. @default 'UTC' */
  readonly timezone?: string | undefined
  /** The first instant with a tick: a day begins with its first instant. @default no bound */
  readonly from?: number | Date | string | undefined
  /** The last instant with a tick: a day ends with its last instant. @default no bound */
  readonly until?: number | Date | string | undefined
  /** @default nothing */
  readonly exclude?: readonly Exclusion[] | undefined
  /**
   * `'skip'`: there is no tick. `'next-working-day'`, `'previous'`: the tick is at the same local time of the nearest day
   * after, or before, that is neither excluded nor weekend. @default 'skip'
   */
  readonly onExcluded?: OnExcluded | undefined
  /** The seed of `H` in excluded expressions. */
  readonly hashSeed?: string | undefined
}

/** A tick that moves is searched for among all ticks of the days around. */
const MOST_TICKS_PER_DAY = 48

/**
 * The ticks of several schedules, within bounds, and without exclusions. Two equal ticks are one tick.
 *
 * @throws InvalidScheduleError for a wrong rule. Rules that leave no tick are no error here: `next` is `null` then.
 */
export function composeSchedule(schedules: readonly Schedule[], rules: ScheduleRules = {}): Schedule {
  checkShapes(schedules, rules)
  const { exclude = [], hashSeed, onExcluded = 'skip', timezone = 'UTC' } = rules
  const zone = findZone(timezone, timezone)
  const from = rules.from === undefined ? -MAX_INSTANT_MS : boundOf('from', rules.from, zone)
  const until = rules.until === undefined ? MAX_INSTANT_MS : boundOf('until', rules.until, zone)
  if (until < from) {
    throw wrong(
      'until',
      text(rules.until),
      `an instant at or after from, ${text(rules.from)}`,
      'Exchange from and until',
    )
  }
  if (!['skip', 'next-working-day', 'previous'].includes(onExcluded)) {
    throw wrong('onExcluded', onExcluded, "'skip', 'next-working-day' or 'previous'")
  }
  const blocked = exclude.map((each) => readExclusion(each, zone, hashSeed))
  const isMoving = onExcluded !== 'skip' && blocked.length > 0
  const weekend = weekendOf(exclude)
  if (isMoving) checkMoves(schedules, exclude, blocked, onExcluded)
  const all = unionOf(schedules)
  const towards = onExcluded === 'previous' ? -1 : 1
  const ticks = isMoving ? movedTicks(all, { zone, blocked, weekend, towards }) : freeTicks(all, blocked)
  const meaning = JSON.stringify([
    'composed',
    schedules.map((each) => each.meaning).toSorted(),
    rules.from === undefined ? null : from,
    rules.until === undefined ? null : until,
    blocked.map((times) => times.meaning).toSorted(),
    isMoving ? [onExcluded, weekend, zone.canonicalName] : null,
  ])
  return new ComposedSchedule({ parts: schedules, ticks, from, until, meaning, timezone: zone.name })
}

/** The names of the rules. */
const RULES: Readonly<Record<keyof ScheduleRules, true>> = {
  timezone: true,
  from: true,
  until: true,
  exclude: true,
  onExcluded: true,
  hashSeed: true,
}

/** Without these checks a misspelt rule would do nothing, and a text for a schedule would have no ticks. */
function checkShapes(schedules: unknown, rules: unknown): void {
  if (!Array.isArray(schedules) || schedules.length === 0 || !schedules.every((each) => isSchedule(each))) {
    const makers = 'Make each by parseSchedule, everySchedule or onceSchedule'
    throw wrong('schedules', schedules, 'a list of one or more schedules', makers)
  }
  if (!isObject(rules)) throw wrong('rules', rules, 'an object')
  const known = Object.keys(RULES)
  const unknown = Object.keys(rules).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw wrong(
      'rules',
      unknown,
      `one or more of ${known.join(', ')}`,
      nameAdvice(unknown, known, 'Leave the rule out'),
    )
  }
  const { exclude } = rules as ScheduleRules
  if (exclude !== undefined && !Array.isArray(exclude)) {
    throw wrong('exclude', exclude, 'a list of days, ranges, cron expressions and calendars')
  }
}

function isSchedule(value: unknown): boolean {
  return typeof (value as Partial<Schedule> | null | undefined)?.upcoming === 'function'
}

interface Composition {
  readonly parts: readonly Schedule[]
  readonly ticks: Ticks
  readonly from: number
  readonly until: number
  readonly meaning: string
  readonly timezone: string
}

class ComposedSchedule implements Schedule {
  readonly expression: string
  readonly timezone: string
  readonly meaning: string
  readonly parts: readonly Schedule[]
  readonly #ticks: Ticks
  readonly #from: number
  readonly #until: number

  constructor({ from, meaning, parts, ticks, timezone, until }: Composition) {
    this.expression = parts.map((part) => part.expression).join('; ')
    this.timezone = timezone
    this.meaning = meaning
    this.parts = parts
    this.#ticks = ticks
    this.#from = from
    this.#until = until
    Object.freeze(this)
  }

  get kind(): 'composed' {
    return 'composed'
  }

  next(after: number | Date): number | null {
    const start = Math.max(instantMs('after', after), this.#from - 1)
    if (start >= this.#until) return null
    const tick = this.#ticks.next(Math.max(start, -MAX_INSTANT_MS))
    return tick !== null && tick <= this.#until ? tick : null
  }

  previous(before: number | Date): number | null {
    const end = Math.min(instantMs('before', before), this.#until + 1)
    if (end <= this.#from) return null
    const tick = this.#ticks.previous(Math.min(end, MAX_INSTANT_MS))
    return tick !== null && tick >= this.#from ? tick : null
  }

  upcoming(after: number | Date, limit: number): number[] {
    return collect(this, after, limit)
  }

  matches(at: number | Date): boolean {
    const ms = instantMs('at', at)
    return ms > -MAX_INSTANT_MS && this.next(ms - 1) === ms
  }
}

function boundOf(field: 'from' | 'until', value: unknown, zone: Zone): number {
  if (typeof value === 'string') {
    const day = readDate(value, field)
    const isFrom = field === 'from'
    const instant = firstReaching(zone, (isFrom ? day : day + 1) * DAY_SECONDS, -Infinity) * 1000
    return isFrom ? instant : instant - 1
  }
  const ms = wholeMs(value)
  if (!Number.isNaN(ms)) return ms
  throw wrong(field, value, "a Date, epoch milliseconds, or a day such as '2027-12-25'")
}

/** A tick moves from day to day, so days must be excluded whole, and the ticks of a day must be few. */
function checkMoves(
  schedules: readonly Schedule[],
  exclude: readonly Exclusion[],
  blocked: readonly BlockedTimes[],
  onExcluded: OnExcluded,
): void {
  const partial = exclude.find((_, index) => blocked[index]?.isDaily === false)
  if (partial !== undefined) {
    const expected = `whole days with onExcluded '${onExcluded}'`
    throw wrong('exclude', partial, expected, "Write '* * 25 12 *' for a day, or onExcluded: 'skip'")
  }
  const perDay = schedules.reduce((sum, schedule) => sum + ticksPerDay(schedule), 0)
  if (perDay <= MOST_TICKS_PER_DAY) return
  const most = `at most ${MOST_TICKS_PER_DAY} ticks a day move to a working day, and this schedule has ${Math.ceil(perDay)}`
  throw wrong('onExcluded', onExcluded, `'skip' here: ${most}`)
}

function ticksPerDay(schedule: Schedule): number {
  if (schedule instanceof CronSchedule) return schedule.timesPerDay
  if (schedule.kind === 'once') return 1
  const tick = schedule.next(0)
  const following = tick === null ? null : schedule.next(tick)
  return tick === null || following === null ? 1 : (DAY_SECONDS * 1000) / (following - tick)
}

/** The weekends of all calendars together; Saturday and Sunday without a calendar. */
function weekendOf(exclude: readonly Exclusion[]): number {
  const calendars = exclude.filter((each) => isCalendar(each))
  if (calendars.length === 0) return readWeekend(USUAL_WEEKEND)
  return calendars.reduce((mask, { weekend = USUAL_WEEKEND }) => mask | readWeekend(weekend), 0)
}

function text(value: unknown): string {
  const ms = wholeMs(value)
  return Number.isNaN(ms) ? String(value) : isoText(ms)
}
