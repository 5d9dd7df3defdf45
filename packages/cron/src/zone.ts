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
  /** The name that the engine's data has for it: the same for all names of one zone. */
  readonly canonicalName: string
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

const always: ZonePeriod = { start: -Infinity, end: Infinity, offset: 0, peak: -Infinity }

/** UTC, which never changes. */
export const utc: Zone = { name: 'UTC', canonicalName: 'UTC', periodAt: () => always }

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

  get canonicalName(): string {
    return this.#format.resolvedOptions().timeZone
  }

  periodAt(second: number): ZonePeriod {
    const last = this.#last
    if (second >= last.start && second < last.end) return last
    const index = Math.floor(second / BLOCK_SECONDS)
    const block = this.#blocks.get(index) ?? this.#remember(index)
    for (const period of block) if (second < period.end) return (this.#last = period)
    throw new RangeError(`no period of ${this.name} contains ${second}`)
  }

  #remember(index: number): readonly ZonePeriod[] {
    if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.clear()
    const from = index * BLOCK_SECONDS
    const periods = this.#periodsBetween(from - LOOKBACK_SECONDS, from + BLOCK_SECONDS)
    const block = periods.filter(({ end }) => end > from).map((period) => cutAt(period, from))
    this.#blocks.set(index, block)
    return block
  }

  /** All periods from `from` to `to`; the first knows nothing of what was shown before it. */
  #periodsBetween(from: number, to: number): readonly ZonePeriod[] {
    const periods: ZonePeriod[] = []
    let start = from
    let offset = this.#offsetAt(start)
    let peak = -Infinity
    while (start < to) {
      const end = this.#endOf(start, offset, to)
      periods.push({ start, end, offset, peak })
      peak = Math.max(peak, end - 1 + offset)
      start = end
      offset = this.#offsetAt(end)
    }
    return periods
  }

  /** The first second after `start` at which the offset is no longer `offset`; at most `to`. */
  #endOf(start: number, offset: number, to: number): number {
    let known = start
    while (known < to) {
      const probe = Math.min(known + PROBE_SECONDS, to)
      if (this.#offsetAt(probe) !== offset) return this.#changeBetween(known, probe, offset)
      known = probe
    }
    return to
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

/** What is left of a period from `from` on; what it showed until then, was shown before. */
function cutAt(period: ZonePeriod, from: number): ZonePeriod {
  if (period.start >= from) return period
  return { ...period, start: from, peak: Math.max(period.peak, from - 1 + period.offset) }
}

/** Seconds of `… GMT`, `… GMT+05:30` or `… GMT-00:44:30`. */
function parseOffset(text: string): number {
  const sign = text.indexOf('GMT') + 3
  if (sign === text.length) return 0
  const seconds = text.length > sign + 6 ? twoDigits(text, sign + 7) : 0
  const total = twoDigits(text, sign + 1) * 3600 + twoDigits(text, sign + 4) * 60 + seconds
  return text.charCodeAt(sign) === 45 ? -total : total
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}
