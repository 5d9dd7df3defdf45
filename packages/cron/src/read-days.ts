import { BoundedMap } from '@s3sched/kernel'
import { DayRule, type DaySets } from './day-rule.ts'
import { DAY_OF_MONTH, DAY_OF_WEEK } from './field.ts'
import { fieldProblem, readValue, type Place } from './field-problem.ts'
import { quoted } from './invalid-schedule-error.ts'
import { itemSeed, limitItems, readItem } from './read-item.ts'

/**
 * Most schedules share a few rules for their days, so that a hundred thousand schedules need only a few rule objects.
 */
const MAX_RULES = 1024
const rules = new BoundedMap<string, DayRule>(MAX_RULES)

/** Reads the two day fields into one rule, shared between equal fields. `seed` as in {@link readItem}. */
export function readDays(expression: string, dayOfMonth: string, dayOfWeek: string, seed: string | undefined): DayRule {
  const key = `${dayOfMonth} ${dayOfWeek}`
  if (/(?:^|[ ,])h/i.test(key)) return makeRule(expression, dayOfMonth, dayOfWeek, seed)
  return rules.get(key) ?? rules.set(key, makeRule(expression, dayOfMonth, dayOfWeek, seed))
}

function makeRule(expression: string, dayOfMonth: string, dayOfWeek: string, seed: string | undefined): DayRule {
  const days = readDaysOfMonth({ expression, field: DAY_OF_MONTH }, dayOfMonth, seed)
  const weekdays = readWeekdays({ expression, field: DAY_OF_WEEK }, dayOfWeek, seed)
  return new DayRule({ ...days, ...weekdays, either: isRestricted(dayOfMonth) && isRestricted(dayOfWeek) })
}

/** The rule of crontab(5): only the first character counts, so that a stepped wildcard restricts nothing by itself. */
function isRestricted(text: string): boolean {
  return !text.startsWith('*') && text !== '?'
}

function readDaysOfMonth(
  place: Place,
  text: string,
  seed: string | undefined,
): Pick<DaySets, 'days' | 'fromLast' | 'nearest' | 'lastWorkday'> {
  let days = 0
  let fromLast = 0
  let nearest = 0
  let lastWorkday = false
  for (const [index, item] of listItems(place, text).entries()) {
    const upper = item.toUpperCase()
    const last = /^L(?:-(\d+))?$/.exec(upper)
    const workday = /^(\d+)W$/.exec(upper)
    if (last !== null) fromLast |= 1 << readDistance(place, item, last[1] ?? '0')
    else if (upper === 'LW' || upper === 'WL') lastWorkday = true
    else if (workday !== null) nearest |= 1 << (readValue(place, workday[1] ?? '') - 1)
    else if (item === '?' && text === '?') days = -1
    else if (/[LW]/.test(upper)) throw unknownForm(place, item, 'L, L-n, nW or LW')
    else days |= readItem(place, item, itemSeed(seed, index)).values.bits >>> 1
  }
  return { days, fromLast, nearest, lastWorkday }
}

function readDistance(place: Place, item: string, text: string): number {
  const distance = Number(text)
  if (distance <= 30) return distance
  throw fieldProblem(place, item, `${quoted(item)} is more than 30 days before the last`, { expected: 'L-0 to L-30' })
}

function readWeekdays(
  place: Place,
  text: string,
  seed: string | undefined,
): Pick<DaySets, 'weekdays' | 'nth' | 'lastWeekdays'> {
  let weekdays = 0
  let lastWeekdays = 0
  const nth: number[] = []
  for (const [index, item] of listItems(place, text).entries()) {
    const last = /^([a-z]{3,9}|\d+)L$/i.exec(item)
    const hash = item.indexOf('#')
    if (hash >= 0) {
      const occurrence = readOccurrence(place, item, item.slice(hash + 1))
      while (nth.length < occurrence) nth.push(0)
      nth[occurrence - 1] = (nth[occurrence - 1] ?? 0) | (1 << (readValue(place, item.slice(0, hash)) % 7))
    } else if (last !== null) lastWeekdays |= 1 << (readValue(place, last[1] ?? '') % 7)
    else if (item === '?' && text === '?') weekdays = -1
    else if (/^(?:L|LW|\d*W)$/i.test(item)) throw unknownForm(place, item, 'nL, as in 5L or friL')
    else weekdays |= readItem(place, item, itemSeed(seed, index)).values.bits
  }
  return { weekdays, lastWeekdays, nth }
}

function readOccurrence(place: Place, item: string, text: string): number {
  if (/^[1-5]$/.test(text)) return Number(text)
  throw fieldProblem(place, item, `${quoted(item)} has an occurrence outside 1-5`, { expected: 'an occurrence of 1-5' })
}

function unknownForm(place: Place, item: string, forms: string): Error {
  return fieldProblem(place, item, `${quoted(item)} is not a form of this field`, {
    expected: forms,
    suggestion: `Known are ${forms}`,
  })
}

function listItems(place: Place, text: string): readonly string[] {
  const items = text.split(',')
  limitItems(place, text, items.length)
  return items
}
