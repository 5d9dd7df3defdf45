import { nameAdvice } from '@s3sched/kernel'
import { HOUR, MINUTE, MONTH, SECOND } from './field.ts'
import { foreignHint } from './foreign-expression.ts'
import { InvalidScheduleError, quoted } from './invalid-schedule-error.ts'
import { onceHint } from './other-schedules.ts'
import { Pattern } from './pattern.ts'
import { readDays } from './read-days.ts'
import { readList } from './read-item.ts'

/** The aliases for five fields. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

/** Long enough to list every value of every field; a longer text is refused, so that no input can be slow. */
const MAX_LENGTH = 1024

/**
 * Reads an expression of five fields, of six with the seconds first, or an alias.
 *
 * @throws InvalidScheduleError
 */
export function parsePattern(expression: string, seed: string | undefined): Pattern {
  if (expression.length > MAX_LENGTH) {
    throw problem(expression, `it has ${expression.length} characters, and at most ${MAX_LENGTH} are read`)
  }
  const trimmed = expression.trim()
  if (trimmed === '') throw problem(expression, 'it is empty', "For every minute, write '* * * * *'")
  try {
    return readPattern(expression, trimmed, seed)
  } catch (error) {
    // A misspelt name is the more probable mistake: its hint stays.
    if (!(error instanceof InvalidScheduleError) || error.suggestion?.startsWith('Did you mean') === true) throw error
    const hint = foreignHint(trimmed, (text) => isReadable(text, seed))
    throw hint === undefined ? error : problem(expression, 'it is no cron expression', hint)
  }
}

function isReadable(text: string, seed: string | undefined): boolean {
  try {
    readPattern(text, text, seed)
    return true
  } catch (error) {
    if (error instanceof InvalidScheduleError) return false
    throw error
  }
}

function readPattern(expression: string, trimmed: string, seed: string | undefined): Pattern {
  const texts = (trimmed.startsWith('@') ? aliased(expression, trimmed) : trimmed).split(/\s+/)
  if (texts.length < 5 || texts.length > 6) throw wrongCount(expression, texts.length)
  if (texts.length === 5) texts.unshift('0')
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = texts
  const seconds = readList({ expression, field: SECOND }, second, seed)
  const minutes = readList({ expression, field: MINUTE }, minute, seed)
  const hours = readList({ expression, field: HOUR }, hour, seed)
  const months = readList({ expression, field: MONTH }, month, seed)
  return new Pattern({
    seconds: seconds.values,
    minutes: minutes.values,
    hours: hours.values,
    months: months.values.bits >>> 1,
    dayRule: readDays(expression, dayOfMonth, dayOfWeek, seed),
    elapsed: minutes.stepped || hours.stepped,
  })
}

function aliased(expression: string, alias: string): string {
  const fields = ALIASES.get(alias.toLowerCase())
  if (fields !== undefined) return fields
  throw problem(expression, `${quoted(alias)} is not an alias`, nameAdvice(alias, [...ALIASES.keys()]))
}

function wrongCount(expression: string, count: number): InvalidScheduleError {
  const suggestion =
    count === 7 ? `There is no year field: leave it out. ${onceHint(undefined)} for a single time` : undefined
  return problem(expression, `it has ${count} field${count === 1 ? '' : 's'}, not 5 or 6`, suggestion)
}

function problem(expression: string, reason: string, suggestion?: string): InvalidScheduleError {
  return new InvalidScheduleError({
    expression,
    field: 'expression',
    value: expression,
    expected: '5 fields (minute hour day month weekday), 6 with seconds first, or an alias such as @daily',
    reason,
    suggestion,
  })
}
