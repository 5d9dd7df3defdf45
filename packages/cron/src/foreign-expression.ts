import { parseDuration } from './duration.ts'
import { quoted } from './invalid-schedule-error.ts'
import { intervalHint, onceHint } from './other-schedules.ts'

/*
 * Texts that people write in place of an expression: lines of a crontab, aliases of other schedulers, intervals,
 * sentences and dates. No such text is accepted, because a scheduler that guesses runs at the wrong time. Every text
 * gets a hint with the correct form.
 */

type IsExpression = (text: string) => boolean

const ALIAS_WORDS = /^(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i
const UNIT = /^(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$/i

/** The beginning of a field. Commands, users and comments begin differently. */
const FIELD =
  /^(?:[\d*?LWH]+(?:[\d*,/?#LWH()-]|$)|(?:sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))/i

/**
 * The hint for a text that is no expression, `undefined` for an unknown kind of text.
 *
 * @param isExpression - checks that the expression in a hint is itself accepted
 */
export function foreignHint(trimmed: string, isExpression: IsExpression): string | undefined {
  return (
    zonedHint(trimmed, isExpression) ??
    intervalTextHint(trimmed) ??
    wordHint(trimmed) ??
    lineHint(trimmed, isExpression)
  )
}

function zonedHint(trimmed: string, isExpression: IsExpression): string | undefined {
  const zoned = /^(?:CRON_)?TZ=(\S+)(?:\s+(.*))?$/is.exec(trimmed)
  if (zoned === null) return undefined
  const [, zone = '', rest = ''] = zoned
  const expression = isExpression(rest) ? quoted(rest) : 'the expression'
  return `Write ${expression} alone, and the zone in its own option, timezone: ${quoted(zone.replaceAll(/["']/g, ''))}`
}

function intervalTextHint(trimmed: string): string | undefined {
  if (/^@every\b/i.test(trimmed)) return intervalHint(trimmed.slice('@every'.length).trim())
  if (/^\d+$/.test(trimmed)) return intervalHint(`${trimmed}ms`)
  if (!Number.isNaN(parseDuration(trimmed))) return intervalHint(trimmed)
  const sentence = /^(?:every\s+(\d+)?|(\d+))\s*([a-z]+)$/i.exec(trimmed)
  const [, every, count, word = ''] = sentence ?? []
  if (UNIT.test(word)) return intervalHint(`${every ?? count ?? 1}${letterOf(word.toLowerCase())}`)
  return /^every\b/i.test(trimmed) ? `Sentences are not read. ${intervalHint(undefined)}` : undefined
}

function letterOf(unit: string): string {
  return /^(?:ms|milli)/.test(unit) ? 'ms' : unit.slice(0, 1)
}

function wordHint(trimmed: string): string | undefined {
  if (/^@reboot\b/i.test(trimmed)) return 'Write runOnStart: true in the job, and schedule: null if it has no other'
  if (ALIAS_WORDS.test(trimmed)) return `Write '@${trimmed.toLowerCase()}'`
  // oxlint-disable-next-line no-restricted-globals -- tells whether the text is a date, and asks for no time
  if (/^\d{4}-\d\d-\d\d/.test(trimmed)) return onceHint(Number.isNaN(Date.parse(trimmed)) ? undefined : trimmed)
  return undefined
}

/** A line of a crontab: an expression with a user, a command or a comment after it. */
function lineHint(trimmed: string, isExpression: IsExpression): string | undefined {
  const words = trimmed.split(/\s+/)
  for (const count of trimmed.startsWith('@') ? [1] : [6, 5]) {
    const next = words[count]
    const expression = words.slice(0, count).join(' ')
    if (next === undefined || FIELD.test(next) || !isExpression(expression)) continue
    return `Write ${quoted(expression)} alone: the action of the job takes the place of a command`
  }
  return undefined
}
