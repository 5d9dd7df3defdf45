import { parseSchedule, type Schedule } from '@s3sched/cron'
import { clockChanges, type ClockChange } from '../clock-changes.ts'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { parseCount } from '../input/count.ts'
import { parseInstant } from '../input/instant.ts'
import type { Invocation } from '../invocation.ts'
import { askedSchedule, type AskedSchedule, type ScheduleOptions } from '../next-schedule.ts'
import { plainText } from '../output/plain-text.ts'
import { formatDuration, formatInstant, formatOffset } from '../output/times.ts'

interface NextOptions extends ScheduleOptions {
  readonly count?: string
  readonly from?: string
}

interface Tick {
  readonly at: number
  /** The tick's own local time does not exist on this day: the tick comes at the first instant after the gap. */
  readonly moved: boolean
}

const MINUTE_MS = 60_000

/** The next ticks of a schedule, with the clock changes in between. */
export const nextCommand: Command<NextOptions> = {
  name: 'next',
  summary: 'when a schedule or a job fires next, with the clock changes in between',
  details:
    "EXPR is a cron expression in quotes, or an interval such as 'every 15m'; with --job the name of a job, whose bounds,\n" +
    'exclusions and calendars are read from the store. Rules stand after EXPR.',
  subject: { label: "'EXPR'", required: true },
  usesStore: false,
  options: [
    {
      flags: '--tz <zone>',
      description: "the zone of the schedule (default: UTC); with --job of the shown times (default: the job's)",
    },
    { flags: '-n, --count <count>', description: 'how many ticks, up to 1000 (default: 5)' },
    { flags: '--from <when>', description: 'after this instant (default: now)' },
    { flags: '--seed <name>', description: "the job's name, by which H is spread" },
    { flags: '--until <when>', description: 'no tick after this instant, or after this day' },
    {
      flags: '--exclude <times...>',
      description: 'no ticks on a day (2027-12-25), on days (2027-12-24..2027-12-26) or at the times of an expression',
    },
    {
      flags: '--calendar <files...>',
      description: 'no ticks on the days of a calendar: JSON with dates, timezone, weekend',
    },
    { flags: '--on-excluded <policy>', description: 'skip, next-working-day or previous (default: skip)' },
    { flags: '--job', description: 'a job of the store, with its own rules' },
  ],
  async run(invocation, options) {
    const asked = await askedSchedule(invocation, options)
    const { expression, schedule, seed, timezone, zone } = asked
    const from = parseInstant('--from', options.from, invocation.now()) ?? invocation.now()
    const instants = schedule?.upcoming(from, parseCount('--count', options.count, { fallback: 5, most: 1000 })) ?? []
    const last = instants.at(-1)
    const changes = last === undefined ? [] : clockChanges(zone, from, last)
    const ofSchedule = last === undefined || zone === timezone ? changes : clockChanges(timezone, from, last)
    const ticks = instants.map((at) => ({ at, moved: isMoved(schedule, seed, at, ofSchedule) }))
    if (invocation.json) {
      const rules = asked.title === undefined ? {} : { schedule: asked.title }
      await invocation.printJson({ expression, ...rules, timezone, ticks, clockChanges: changes })
    } else await invocation.print(nextText(invocation, asked, ticks, changes))
    return ticks.length === 0 ? EXIT.finding : EXIT.ok
  },
}

/** True for a tick right at the end of a gap whose local time does not match any expression of the schedule. */
function isMoved(
  schedule: Schedule | null,
  seed: string | undefined,
  at: number,
  changes: readonly ClockChange[],
): boolean {
  const change = changes.find((each) => each.at === at && each.after > each.before)
  if (change === undefined || schedule === null) return false
  const local = at + change.after * MINUTE_MS
  return (schedule.parts ?? [schedule]).every(
    ({ expression, kind }) =>
      kind === 'cron' && !parseSchedule(expression, { timezone: 'UTC', hashSeed: seed }).matches(local),
  )
}

function nextText(
  invocation: Invocation,
  { expression, title, zone }: AskedSchedule,
  ticks: readonly Tick[],
  changes: readonly ClockChange[],
): string {
  const { styles } = invocation
  if (ticks.length === 0) return plainText(`'${title ?? expression}' never fires again.`)
  const lines = [`${styles.bold(plainText(title ?? expression))} ${styles.dim(`in ${zone}`)}`]
  let told = 0
  for (const { at, moved } of ticks) {
    for (; told < changes.length && (changes[told]?.at ?? Infinity) <= at; told++) {
      lines.push(`  ${styles.warn(changeText(changes[told] as ClockChange))}`)
    }
    const note = moved ? styles.warn('  moved here: its own time does not exist on this day') : repeatNote(at, zone)
    lines.push(`${formatInstant(at, zone)}  ${styles.dim(invocation.distance(at))}${note}`)
  }
  return lines.join('\n')
}

/** Says which of the two is meant where a local time comes twice. */
function repeatNote(at: number, zone: string): string {
  const nearby = clockChanges(zone, at - 3 * 3_600_000, at + 3 * 3_600_000)
  const back = nearby.find(({ after, before }) => after < before)
  if (back === undefined) return ''
  const repeatedMs = (back.before - back.after) * MINUTE_MS
  if (at < back.at && at >= back.at - repeatedMs) return '  the first time of two'
  return at >= back.at && at < back.at + repeatedMs ? '  the second time of two' : ''
}

function changeText({ after, at, before }: ClockChange): string {
  const local = (offset: number): string => formatInstant(at + offset * MINUTE_MS, 'UTC').slice(0, -4)
  const by = formatDuration(Math.abs(after - before) * MINUTE_MS)
  const way =
    after > before ? `forward ${by}: what lies between does not exist` : `back ${by}: what lies between comes twice`
  const [from, to] = [local(before), local(after)]
  return `${from} -> ${to.slice(11)} (${formatOffset(before)} -> ${formatOffset(after)}): the clock goes ${way}`
}
