import type { Reading } from './local-clock.ts'

/**
 * An expression, literally: every call reads the text again, value by value, without the sets and masks of the package.
 * Slow, and meant to be obviously right. `H` and aliases are not supported.
 */
export interface ReferenceExpression {
  readonly elapsed: boolean
  matches(reading: Reading): boolean
}

const NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

export function referenceExpression(expression: string): ReferenceExpression {
  const texts = expression.toLowerCase().split(' ')
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] =
    texts.length === 6 ? texts : ['0', ...texts]
  const plainMonth = NAMES.reduce((text, name, index) => text.replaceAll(name, `${index + 1}`), month)
  const plainWeekday = DAYS.reduce((text, name, index) => text.replaceAll(name, `${index}`), weekday)
  const memo = new Map<string, boolean>()
  const remembered = (key: string, answer: () => boolean): boolean => {
    const known = memo.get(key) ?? answer()
    memo.set(key, known)
    return known
  }
  const dayFits = (reading: Reading): boolean => {
    const byDay = day.split(',').some((item) => dayItem(item, reading))
    const byWeekday = plainWeekday.split(',').some((item) => weekdayItem(item, reading))
    return isFree(day) || isFree(weekday) ? byDay && byWeekday : byDay || byWeekday
  }
  return {
    elapsed: [minute, hour].some((text) => !text.includes(',') && (text === '*' || text.includes('/'))),
    matches: (reading) =>
      remembered(`s${reading.second}`, () => list(second, reading.second, 59)) &&
      remembered(`m${reading.minute}`, () => list(minute, reading.minute, 59)) &&
      remembered(`h${reading.hour}`, () => list(hour, reading.hour, 23)) &&
      remembered(`M${reading.month}`, () => list(plainMonth, reading.month, 12)) &&
      remembered(`d${reading.year} ${reading.month} ${reading.day}`, () => dayFits(reading)),
  }
}

function isFree(text: string): boolean {
  return text.startsWith('*') || text === '?'
}

function list(text: string, value: number, max: number): boolean {
  return text.split(',').some((item) => plainItem(item, value, max))
}

function plainItem(item: string, value: number, max: number): boolean {
  const [base = '', step] = item.split('/')
  const lowest = max === 12 || max === 31 ? 1 : 0
  let from = lowest
  let to = max
  if (base !== '*' && base !== '?') {
    const [first, last] = base.split('-')
    from = Number(first)
    to = last === undefined ? (step === undefined ? from : max) : Number(last)
  }
  return value >= from && value <= to && (value - from) % Number(step ?? 1) === 0
}

function dayItem(item: string, { year, month, day }: Reading): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (item === 'l') return day === length
  if (item.startsWith('l-')) return day === length - Number(item.slice(2))
  if (item === 'lw') return day === closestWorkday(year, month, length, length)
  if (item.endsWith('w'))
    return Number(item.slice(0, -1)) <= length && day === closestWorkday(year, month, Number(item.slice(0, -1)), length)
  return plainItem(item, day, 31)
}

function closestWorkday(year: number, month: number, wanted: number, length: number): number {
  for (const candidate of [wanted, wanted - 1, wanted + 1, wanted - 2, wanted + 2]) {
    const weekday = new Date(Date.UTC(year, month - 1, candidate)).getUTCDay()
    if (candidate >= 1 && candidate <= length && weekday !== 0 && weekday !== 6) return candidate
  }
  throw new Error(`no workday near ${wanted}`)
}

function weekdayItem(item: string, { year, month, day }: Reading): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const [base = '', occurrence] = item.split('#')
  if (occurrence !== undefined) return weekday === Number(base) % 7 && Math.ceil(day / 7) === Number(occurrence)
  if (item.endsWith('l')) return weekday === Number(item.slice(0, -1)) % 7 && day > length - 7
  const [range = '', step] = item.split('/')
  const text = range.includes('-') || step === undefined ? item : `${range === '*' ? 0 : range}-6/${step}`
  return plainItem(text, weekday, 6) || (weekday === 0 && !item.startsWith('*') && plainItem(text, 7, 6))
}
