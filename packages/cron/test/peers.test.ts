import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../src/index.ts'
import { randomExpression } from './oracle/random-expression.ts'

const ROUNDS = casesOf(1500)
const DAY = 86_400_000

/** A day field with `*` and a step restricts nothing by itself here and in cronie; in both peers such a field does. */
function readsDaysAlike(expression: string): boolean {
  const [, , day = '', , weekday = ''] = expression.split(' ')
  return isFree(day) || isFree(weekday) || (!day.startsWith('*') && !weekday.startsWith('*'))
}

function isFree(text: string): boolean {
  return text === '*' || text === '?'
}

/** True for expressions with the same meaning in croner: croner has no `a/n` and no `L-n`. */
function cronerReads(expression: string): boolean {
  return readsDaysAlike(expression) && !/(?:^|[ ,])\d+\//.test(expression) && !/L-/i.test(expression)
}

/**
 * True for expressions with the same meaning in cron-parser: no repeated value, no `L-n`, `W`, lower-case `l` or list
 * with `#`; the `1/2` of cron-parser includes Sunday.
 */
function cronParserReads(expression: string): boolean {
  const weekday = expression.split(' ')[4] ?? ''
  return (
    readsDaysAlike(expression) &&
    !/L-|\dW|LW/i.test(expression) &&
    !/(?:^| )l/.test(expression) &&
    !(weekday.includes('#') && weekday.includes(',')) &&
    !['1/2', '0,7', '1-5,3', '*/7'].includes(weekday) &&
    expression.split(' ').every((field) => new Set(field.split(',')).size === field.split(',').length)
  )
}

function cases(zones: readonly string[], reads: (expression: string) => boolean) {
  const random = createSeededRandom(7)
  const found: { expression: string; timezone: string; after: number }[] = []
  while (found.length < ROUNDS) {
    const expression = randomExpression(random, Math.floor(random.float() * 24))
    const timezone = zones[found.length % zones.length] ?? 'UTC'
    const after = Date.UTC(2024, 0, 1) + Math.floor(random.float() * 3 * 365 * DAY)
    if (reads(expression)) found.push({ expression, timezone, after })
  }
  return found
}

describe('beside other libraries, where the rules agree', () => {
  it('finds the same next tick as croner, also at changes of the clock', () => {
    const zones = ['UTC', 'Asia/Tokyo', 'America/New_York', 'Europe/Berlin']
    for (const { expression, timezone, after } of cases(zones, cronerReads)) {
      const peer = new Cron(expression, { timezone, fixedTimeRule: 'no-wildcard' }).nextRun(new Date(after))
      const ours = parseSchedule(expression, { timezone }).next(after)
      expect(ours, `${expression} in ${timezone} after ${after}`).toBe(peer?.getTime() ?? null)
    }
  })

  it('finds the same next and previous tick as cron-parser, in zones without changes of the clock', () => {
    for (const { expression, timezone, after } of cases(['UTC', 'Asia/Tokyo', 'America/Lima'], cronParserReads)) {
      const options = { tz: timezone, currentDate: after }
      const label = `${expression} in ${timezone} at ${after}`
      const ours = parseSchedule(expression, { timezone })
      const next = attempt(() => CronExpressionParser.parse(expression, options).next().getTime())
      const previous = attempt(() => CronExpressionParser.parse(expression, options).prev().getTime())
      expect(ours.next(after), label).toBe(next)
      expect(ours.previous(after), label).toBe(previous)
    }
  })
})

/** For an impossible date, cron-parser throws and this package has no tick. */
function attempt(ask: () => number): number | null {
  try {
    return ask()
  } catch (thrown) {
    if (/Invalid explicit day of month|loop limit/i.test(String(thrown))) return null
    throw thrown
  }
}
