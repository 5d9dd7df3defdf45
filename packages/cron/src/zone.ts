import { MAX_INSTANT_MS } from './instant.ts'

/** A stretch of time in which a zone keeps one offset. Epoch seconds; local time is epoch seconds plus offset. */
export interface ZonePeriod {
  /** The first second. Where nothing changes here, it is only the edge of a stretch that was looked up. */
  readonly start: number
  /** The first second after it. */
  readonly end: number
  /** Local time minus UTC, in seconds. */
  readonly offset: number
  /** The latest local second that the clock showed before `start`: above `start + offset - 1` after it went back. */
  readonly peak: number
}

/** Local time as a function of the instant. */
export interface Zone {
  readonly name: string
  /** The period that contains an epoch second. */
  periodAt(second: number): ZonePeriod
}

const MAX_SECOND = MAX_INSTANT_MS / 1000

/** What is looked up and remembered at once: 2^24 s, about 194 days. */
const BLOCK_SECONDS = 2 ** 24
/**
 * How far apart the offset is probed. Two changes that cancel each other out within it would go unseen; the shortest
 * time that any zone kept, or by today's rules will keep, an offset between 1970 and 2100 is 6.9 days.
 */
const PROBE_SECONDS = 4 * 86_400
/** How far before a block the clock's peak is looked for; no zone ever went back by more than a day. */
const LOOKBACK_SECONDS = 2 * 86_400
/** Blocks remembered per zone: a hundred years or more at 200 bytes each. */
const MAX_BLOCKS = 256

/** UTC, which never changes. */
export const utc: Zone = (() => {
  const always: ZonePeriod = { start: -Infinity, end: Infinity, offset: 0, peak: -Infinity }
  return { name: 'UTC', periodAt: () => always }
})()

/**
 * An IANA zone, read from the engine's own data through one `Intl` formatter that is made with it. Offsets are asked for
 * once per half year; afterwards every answer comes from memory.
 */
export class IntlZone implements Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #blocks = new Map<number, readonly ZonePeriod[]>()
  #last: ZonePeriod = { start: Infinity, end: -Infinity, offset: 0, peak: 0 }

  /** @throws RangeError when the engine doesn't know the zone. */
  constructor(name: string) {
    this.name = name
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', hour: 'numeric' })
  }

  periodAt(second: number): ZonePeriod {
    const last = this.#last
    if (second >= last.start && second < last.end) return last
    const index = Math.floor(second / BLOCK_SECONDS)
    const block = this.#blocks.get(index) ?? this.#look(index)
    for (const period of block) if (second < period.end) return (this.#last = period)
    throw new RangeError(`no period of ${this.name} contains ${second}`)
  }

  #look(index: number): readonly ZonePeriod[] {
    const from = index * BLOCK_SECONDS
    const to = from + BLOCK_SECONDS
    const periods: ZonePeriod[] = []
    let start = from - LOOKBACK_SECONDS
    let offset = this.#offsetAt(start)
    let peak = -Infinity
    const close = (end: number): void => {
      if (end > from)
        periods.push({
          start: Math.max(start, from),
          end,
          offset,
          peak: start < from ? Math.max(peak, from - 1 + offset) : peak,
        })
      peak = Math.max(peak, end - 1 + offset)
    }
    let known = start
    while (known < to) {
      const probe = Math.min(known + PROBE_SECONDS, to)
      if (this.#offsetAt(probe) === offset) known = probe
      else {
        const change = this.#changeBetween(known, probe, offset)
        if (change >= to) break
        close(change)
        start = known = change
        offset = this.#offsetAt(change)
      }
    }
    close(to)
    if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear()
    this.#blocks.set(index, periods)
    return periods
  }

  /** The first second of `(known, probe]` at which the offset is no longer `offset`. */
  #changeBetween(known: number, probe: number, offset: number): number {
    let before = known
    let after = probe
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (this.#offsetAt(middle) === offset) before = middle
      else after = middle
    }
    return after
  }

  #offsetAt(second: number): number {
    const clamped = Math.min(Math.max(second, -MAX_SECOND), MAX_SECOND)
    return parseOffset(this.#format.format(clamped * 1000))
  }
}

/** Seconds of `… GMT`, `… GMT+05:30` or `… GMT-00:44:30`. */
function parseOffset(text: string): number {
  const sign = text.indexOf('GMT') + 3
  if (sign === text.length) return 0
  const digit = (at: number): number => text.charCodeAt(at) - 48
  const minutes = (digit(sign + 1) * 10 + digit(sign + 2)) * 60 + digit(sign + 4) * 10 + digit(sign + 5)
  const seconds = text.length > sign + 6 ? digit(sign + 7) * 10 + digit(sign + 8) : 0
  const total = minutes * 60 + seconds
  return text.charCodeAt(sign) === 45 ? -total : total
}
