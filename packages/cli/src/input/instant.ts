import { UsageError } from '../ending.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/**
 * Parses an instant of a command line: a time ago (`30m`, `2d`, `1h30m`), an ISO date or time (UTC unless given), or
 * epoch ms.
 * @throws UsageError
 */
export function parseInstant(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const ago = parseAgo(text)
  if (ago !== undefined) return now - ago
  if (/^\d{12,13}$/.test(text)) return Number(text)
  const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?$/.exec(text)
  const hasZone = /(?:Z|:\d\d[+-]\d\d:?\d\d|[T ]\d\d:\d\d[+-]\d\d:?\d\d)$/.test(text)
  // oxlint-disable-next-line no-restricted-globals -- reading a date that was given is no look at the clock
  const instant = iso === null ? Number.NaN : Date.parse(hasZone ? text.replace(' ', 'T') : withUtc(text))
  if (!Number.isNaN(instant) && instant >= 0) return instant
  throw new UsageError(
    `expected ${option} to be how long ago (30m, 2d, 1h30m), a date (2026-03-01, 2026-03-01T08:00Z) or epoch ms, got '${text}'`,
  )
}

function withUtc(text: string): string {
  return text.length === 10 ? `${text}T00:00Z` : `${text.replace(' ', 'T')}Z`
}

/** A duration such as `90s` or `1h30m` in ms. @throws UsageError */
export function parseDuration(option: string, text: string): number {
  const ms = parseAgo(text)
  if (ms !== undefined) return ms
  throw new UsageError(`expected ${option} to be a duration such as 90s, 30m, 1h30m or 30d, got '${text}'`)
}

function parseAgo(text: string): number | undefined {
  if (!/^(?:\d+[smhdw])+$/.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) total += Number(count) * (UNITS[unit ?? ''] ?? 0)
  return total
}
