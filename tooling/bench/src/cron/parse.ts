import { parseSchedule } from '@s3sched/cron'
import { CronExpressionParser } from 'cron-parser'
import type { Measurement } from '../measurement.ts'
import { median, microsecondsPerCall } from '../statistics.ts'

/** The time to parse a new expression, and to find the first tick in a new zone. */
export function measureParsing(): readonly Measurement[] {
  let fresh = 0
  const ours = microsecondsPerCall(100, 50, () => parseSchedule(different((fresh += 1)), { timezone: 'Europe/Berlin' }))
  const again = microsecondsPerCall(100, 50, () => parseSchedule('*/5 * * * *', { timezone: 'Europe/Berlin' }))
  const cronParser = microsecondsPerCall(40, 50, (call) =>
    CronExpressionParser.parse(different(call), { tz: 'Europe/Berlin' }),
  )
  return [
    { name: 'parse, a new expression: cron-parser', value: cronParser, unit: 'µs' },
    { name: 'parse, a new expression: ours', value: ours, unit: 'µs', atMost: Math.min(25, cronParser) },
    { name: 'parse, one that was read before: ours', value: again, unit: 'µs' },
    { name: 'first tick in a new zone, with its parsing', value: firstTick(), unit: 'µs', atMost: 200 },
  ]
}

/** More than 86,400 different expressions. */
function different(index: number): string {
  const [second, minute, hour] = [index % 60, Math.floor(index / 60) % 60, Math.floor(index / 3600) % 24]
  return `${second} ${minute} ${hour} * ${1 + (index % 12)} 1-5`
}

function firstTick(): number {
  const now = Date.UTC(2026, 5, 1)
  return median(
    Intl.supportedValuesOf('timeZone').map((timezone) => {
      const from = performance.now()
      parseSchedule('30 2 * * *', { timezone }).next(now)
      return (performance.now() - from) * 1000
    }),
  )
}
