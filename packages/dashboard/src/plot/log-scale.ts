/** Durations on a logarithmic scale, with marks at familiar values: at tens of ms and s, at 1, 10 min and h. */
export interface LogScale {
  /** The position of a duration, 0 to 1. */
  readonly share: (ms: number) => number
  /** The marks of the scale, both ends included. */
  readonly marks: readonly number[]
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const MARKS = [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 100 * HOUR, 1000 * HOUR]

/** From the mark at or below the smallest duration to the mark at or above the largest. */
export function logScale(smallest: number, largest: number): LogScale {
  const last = MARKS.length - 1
  const low = Math.min(
    last - 1,
    Math.max(
      0,
      MARKS.findLastIndex((mark) => mark <= smallest),
    ),
  )
  const above = MARKS.findIndex((mark) => mark >= largest)
  const high = Math.max(low + 1, above < 0 ? last : above)
  const marks = MARKS.slice(low, high + 1)
  const [first = 1, end = first] = [marks[0], marks.at(-1)]
  const share = (ms: number): number => {
    const within = Math.min(end, Math.max(first, ms))
    return Math.log(within / first) / Math.log(end / first)
  }
  return { share, marks }
}
