import { readClock, readingMs } from '../oracle/local-clock.ts'
import { cronie, croner, cronParser, nodeCron, ours, type Peer } from './peers.ts'

const HOUR = 3_600_000

/** Expressions at changes of the clock; what each starts in the twelve hours before and after. */
const CHANGES: readonly (readonly [expression: string, zone: string, change: string, what: string])[] = [
  ['30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['0,30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['0 2,3 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['*/15 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['*/20 30 2 * * *', 'America/New_York', '2024-03-10T07:00Z', '02:00 → 03:00'],
  ['30 1 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['*/30 1 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 1-2 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 * * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 0-23 * * *', 'America/New_York', '2024-11-03T06:00Z', '02:00 → 01:00'],
  ['0 0 * * *', 'America/Havana', '2024-03-10T05:00Z', '00:00 → 01:00'],
  ['0 0 * * *', 'America/Havana', '2024-11-03T05:00Z', '01:00 → 00:00'],
  ['15 2 * * *', 'Australia/Lord_Howe', '2024-10-05T15:30Z', '02:00 → 02:30'],
  ['45 1 * * *', 'Australia/Lord_Howe', '2024-04-06T15:00Z', '02:00 → 01:30'],
  ['30 2 * * *', 'Antarctica/Troll', '2024-03-31T01:00Z', '01:00 → 03:00'],
  ['30 0 * * *', 'America/St_Johns', '2006-04-02T03:31Z', '00:01 → 01:01'],
  ['30 23 * * *', 'America/Nuuk', '2024-03-31T01:00Z', '23:00 → 00:00'],
  ['0 9 * * *', 'Pacific/Apia', '2011-12-30T10:00Z', '30 Dec skipped'],
]

/** Expressions whose days are read differently; their first two ticks after Thursday, 1 January 2026, 12:00 UTC. */
const DAYS: readonly string[] = [
  '0 0 */2 * 1',
  '0 0 1,15 * 1',
  '0 0 * * 1/2',
  '0 0 * * 5-7',
  '0 0 * * fri-sun',
  '0 0 * * 0,7',
  '0 0 15W * *',
  '0 0 L-2 * *',
  '0 0 * * 5L',
  '0 0 * * 1#1,1#3',
  '0 0 29 2 */7',
  '0 0 30 2 *',
]

export function changesTable(): string {
  const lines = CHANGES.map(([expression, zone, change, what]) => {
    const at = Date.parse(change)
    // Model and daemon know no seconds, and see no change that isn't daylight saving until they are restarted.
    const known = expression.split(' ').length === 5 && zone !== 'Pacific/Apia'
    const show = (peer: Peer): string =>
      cell(
        () => peer(expression, zone, at - 12 * HOUR, at + 12 * HOUR),
        (ticks) => localTimes(zone, ticks),
      )
    const cells = [ours, cronie, croner, cronParser, nodeCron].map((peer) =>
      peer === cronie && !known ? '–' : show(peer),
    )
    return row([`\`${expression}\``, `${zone.split('/')[1]}, ${what}`, ...cells])
  })
  return table(['expression', 'the clock', 'ours', 'cronie', 'croner', 'cron-parser', 'node-cron'], lines)
}

export function daysTable(): string {
  const from = Date.UTC(2026, 0, 1, 12)
  const lines = DAYS.map((expression) => {
    const show = (peer: Peer): string =>
      cell(
        () => peer(expression, 'UTC', from, Date.UTC(2200, 0, 1)).slice(0, 2),
        (ticks) => ticks.map((tick) => new Date(tick).toISOString().slice(0, 10)).join(', '),
      )
    return row([`\`${expression}\``, ...[ours, croner, cronParser, nodeCron].map(show)])
  })
  return table(['expression', 'ours', 'croner', 'cron-parser', 'node-cron'], lines)
}

function cell(run: () => number[], show: (ticks: readonly number[]) => string): string {
  try {
    const ticks = run()
    return ticks.length === 0 ? 'never' : show(ticks)
  } catch {
    return 'refused'
  }
}

/** `03:00 03:30`; a second 01:30 of the same night has a `′`, and what starts twice in one minute a count. */
function localTimes(zone: string, ticks: readonly number[]): string {
  if (ticks.length > 5) return `${ticks.length} times`
  const seen = new Map<number, number>()
  const texts = ticks.map((tick) => {
    const reading = readClock(zone, tick)
    const shown = readingMs(reading)
    const repeated = (seen.get(shown) ?? tick) !== tick
    seen.set(shown, tick)
    const seconds = reading.second === 0 ? '' : `:${two(reading.second)}`
    return `${two(reading.hour)}:${two(reading.minute)}${seconds}${repeated ? '′' : ''}`
  })
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`)).join(' ')
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function table(head: readonly string[], lines: readonly string[]): string {
  return [row(head), row(head.map(() => '---')), ...lines].join('\n')
}
