const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]

/** Reads `15m`, `1h30m`, `2d`, `500ms`: whole numbers with units, largest first. `NaN` for anything else. */
export function parseDuration(text: string): number {
  const compact = text.replaceAll(' ', '')
  const matched = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/i.exec(compact)
  if (compact === '' || matched === null) return Number.NaN
  return UNITS.reduce((total, [, ms], index) => total + Number(matched[index + 1] ?? 0) * ms, 0)
}

/** The shortest text for a duration, readable by {@link parseDuration}. */
export function formatDuration(ms: number): string {
  let left = ms
  let text = ''
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) text += `${count}${name}`
  }
  return text
}
