import { MAX_INSTANT_MS } from './instant.ts'

/** A period with one constant offset of a zone. Epoch seconds; local time is epoch seconds plus offset. */
export interface ZonePeriod {
  /** The first second. Without a change at this second, `start` is only the edge of a remembered block. */
  readonly start: number
  /** The first second after the period. */
  readonly end: number
  /** Local time minus UTC, in seconds. */
  readonly offset: number
  /** The latest local second shown before `start`: above `start + offset - 1` after the clock went back. */
  readonly peak: number
}

/** Local time as a function of the instant. */
export interface Zone {
  readonly name: string
  /** The name in the engine's data: equal for all names of one zone. */
  readonly canonicalName: string
  /** The period that contains an epoch second. */
  periodAt(second: number): ZonePeriod
}

const MAX_SECOND = MAX_INSTANT_MS / 1000

/** The length of a remembered block: 2^24 s, about 194 days. */
const BLOCK_SECONDS = 2 ** 24
/**
 * The distance between probes of the offset. Two changes that cancel each other out between two probes would go unseen;
 * the shortest period of an offset in any zone, between 1970 and 2100 by today's rules, is 6.9 days.
 */
const PROBE_SECONDS = 4 * 86_400
/** The part before a block that is searched for the clock's peak; no zone ever went back by more than a day. */
const LOOKBACK_SECONDS = 2 * 86_400
/** Blocks remembered per zone: a hundred years or more at 200 bytes each. */
const MAX_BLOCKS = 256

const always: ZonePeriod = { start: -Infinity, end: Infinity, offset: 0, peak: -Infinity }

/** UTC, without clock changes. */
export const utc: Zone = { name: 'UTC', canonicalName: 'UTC', periodAt: () => always }

/**
 * An IANA zone, read from the engine's own data through one `Intl` formatter per zone. Offsets are looked up once per
 * half year; later calls are answered from memory.
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

  /** All periods from `from` to `to`; the first period has no peak. */
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

  /** The first second after `start` with an offset other than `offset`; at most `to`. */
  #endOf(start: number, offset: number, to: number): number {
    let known = start
    while (known < to) {
      const probe = Math.min(known + PROBE_SECONDS, to)
      if (this.#offsetAt(probe) !== offset) return this.#changeBetween(known, probe, offset)
      known = probe
    }
    return to
  }

  /** The first second of `(known, probe]` with an offset other than `offset`. */
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

/** The rest of a period from `from` on; its peak includes the seconds cut off. */
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
