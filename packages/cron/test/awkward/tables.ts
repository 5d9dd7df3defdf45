import { readClock, readingMs } from '../oracle/local-clock.ts'
import { CHANGES } from './changes.ts'
import { cronieRuns } from './cronie.ts'
import { croner, cronParser, nodeCron, ours, type Peer } from './peers.ts'

/** Expressions whose days differ between libraries; their first two ticks after Thursday, 1 January 2026, 12:00 UTC. */
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
  const lines = CHANGES.map((change) => {
    const { expression, zone, what, from, to } = change
    const show = (run: () => number[]): string => cell(run, (ticks) => localTimes(zone, ticks))
    const recorded = cronieRuns(change)
    const cronie = recorded === undefined ? '–' : show(() => recorded)
    const [first, ...others] = [ours, croner, cronParser, nodeCron].map((peer) =>
      show(() => peer(expression, zone, from, to)),
    )
    return row([`\`${expression}\``, `${zone.split('/')[1]}, ${what}`, first ?? '', cronie, ...others])
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

/** `03:00 03:30`; a second 01:30 of the same night has a `′`, and several starts in one minute have a count. */
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
