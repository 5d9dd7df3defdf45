/** The reading of a zone's clock. */
export interface LocalTime {
  /** `2026-03-29` */
  readonly date: string
  /** `02:30` */
  readonly time: string
  readonly hour: number
  readonly minute: number
  /** 0 is Sunday. */
  readonly weekday: number
}

export interface LocalClock {
  at(instant: number): LocalTime
  /** The first of these instants at which the clock shows the text, such as `2026-03-29 02:30`, or later. */
  firstAtOrAfter(text: string): number | undefined
}

const STEP = 300_000
const known = new Map<string, LocalClock>()

/** What a zone's clock shows every five minutes, by `Intl` alone. */
export function localClock(zone: string, first: number, last: number): LocalClock {
  const key = `${zone} ${first} ${last}`
  const found = known.get(key)
  if (found !== undefined) return found
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const texts: string[] = []
  for (let at = first; at < last; at += STEP) texts.push(format.format(at))
  const firsts = new Map<string, number>()
  let latest = ''
  for (const [index, text] of texts.entries()) {
    if (text <= latest) continue
    latest = text
    firsts.set(text, first + index * STEP)
  }
  const clock: LocalClock = {
    at: (instant) => {
      const text = texts[(instant - first) / STEP] ?? format.format(instant)
      const [date = '', time = ''] = text.split(' ')
      const [hour = 0, minute = 0] = time.split(':').map(Number)
      return { date, time, hour, minute, weekday: new Date(date).getUTCDay() }
    },
    firstAtOrAfter: (text) => {
      const exact = firsts.get(text)
      if (exact !== undefined) return exact
      for (const [shown, at] of firsts) if (shown >= text) return at
      return undefined
    },
  }
  known.set(key, clock)
  return clock
}
