/** The growth of one quantity with a number. */
export interface Growth {
  readonly name: string
  readonly unit: string
  readonly points: readonly Point[]
}

export interface Point {
  /** The number of jobs, or of instances. */
  readonly count: number
  readonly value: number
}

/**
 * The exponent of the best-fitting power law: 1 is a straight line, 0 is constant. Least squares on the logarithms, so
 * values <= 0 can't count. NaN for fewer than two points.
 */
export function exponent(points: readonly Point[]): number {
  const logs = points
    .filter(({ count, value }) => count > 0 && value > 0)
    .map(({ count, value }) => ({ x: Math.log(count), y: Math.log(value) }))
  if (logs.length < 2) return Number.NaN
  const mean = (pick: (log: { readonly x: number; readonly y: number }) => number): number =>
    logs.reduce((sum, log) => sum + pick(log), 0) / logs.length
  const x = mean((log) => log.x)
  const y = mean((log) => log.y)
  return mean((log) => (log.x - x) * (log.y - y)) / mean((log) => (log.x - x) ** 2)
}

/** From the last but one point to the last: for small numbers a constant part hides the growth. */
export function lastExponent(points: readonly Point[]): number {
  return exponent(points.slice(-2))
}
