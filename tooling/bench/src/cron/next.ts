import { parseSchedule } from '@s3sched/cron'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import type { Measurement } from '../measurement.ts'
import { geometricMean, microsecondsPerCall } from '../statistics.ts'
import { COMMON, instant, SPARSE, ZONES } from './expressions.ts'

const PEER_ZONE = 'America/New_York'

/** The time for one next tick. */
export function measureNext(): readonly Measurement[] {
  for (const timezone of ZONES) for (const expression of [...COMMON, ...SPARSE]) timeOurs(expression, timezone, 40)
  return [
    { name: 'next, slowest common expression and zone', value: slowest(COMMON), unit: 'µs', atMost: 1 },
    { name: 'next, slowest sparse expression and zone', value: slowest(SPARSE), unit: 'µs', atMost: 5 },
    ...besidePeers(),
  ]
}

function slowest(expressions: readonly string[]): number {
  return Math.max(...ZONES.flatMap((zone) => expressions.map((expression) => timeOurs(expression, zone, 200))))
}

function besidePeers(): readonly Measurement[] {
  const all = [...COMMON, ...SPARSE]
  const ours = geometricMean(all.map((expression) => timeOurs(expression, PEER_ZONE, 200)))
  const croner = geometricMean(all.map(timeCroner))
  const cronParser = geometricMean(all.map(timeCronParser))
  return [
    { name: 'next, geometric mean of twelve: ours', value: ours, unit: 'µs' },
    { name: 'next, geometric mean of twelve: croner', value: croner, unit: 'µs' },
    { name: 'next, geometric mean of twelve: cron-parser', value: cronParser, unit: 'µs' },
    { name: 'next, times as fast as croner', value: croner / ours, unit: '×', atLeast: 20 },
    { name: 'next, times as fast as cron-parser', value: cronParser / ours, unit: '×', atLeast: 20 },
  ]
}

function timeOurs(expression: string, timezone: string, batches: number): number {
  const schedule = parseSchedule(expression, { timezone })
  return microsecondsPerCall(batches, 100, (call) => schedule.next(instant(call)))
}

function timeCroner(expression: string): number {
  const cron = new Cron(expression, { timezone: PEER_ZONE })
  return microsecondsPerCall(20, 20, (call) => cron.nextRun(new Date(instant(call))))
}

/** cron-parser's `reset` sets the instant without parsing again, so parsing isn't counted against cron-parser. */
function timeCronParser(expression: string): number {
  const parsed = CronExpressionParser.parse(expression, { tz: PEER_ZONE, currentDate: instant(0) })
  return microsecondsPerCall(20, 20, (call) => {
    parsed.reset(new Date(instant(call)))
    return parsed.next()
  })
}
