/** One figure of a benchmark, with its upper and lower limit. */
export interface Measurement {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** Each benchmark is a folder with a `benchmark.ts` that exports such a function as `benchmark`. */
export type Benchmark = () => readonly Measurement[] | Promise<readonly Measurement[]>

export function isWithinBudget({ value, atMost = Infinity, atLeast = -Infinity }: Measurement): boolean {
  return value <= atMost && value >= atLeast
}

/** One aligned line per measurement, with a mark over budget. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const width = Math.max(...measurements.map(({ name }) => name.length))
  return measurements.map((measurement) => `${measurement.name.padEnd(width)}  ${amount(measurement)}`).join('\n')
}

function amount(measurement: Measurement): string {
  const { value, unit, atMost, atLeast } = measurement
  const found = `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ${unit}`.padEnd(14)
  if (atMost === undefined && atLeast === undefined) return found.trimEnd()
  const budget = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
  return `${found} ${budget} ${unit}: ${isWithinBudget(measurement) ? 'kept' : 'MISSED'}`
}
