export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value below which `part` (0 to 1) of the values lie: the smallest value with this property. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(Math.ceil(part * sorted.length) - 1, 0)] ?? Number.NaN
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/**
 * The median time of one call, in µs: `batches` batches of `calls` calls each, so the timer's own cost and a single
 * interruption by the machine are hidden. `run` gets a new number for each call.
 */
export function microsecondsPerCall(batches: number, calls: number, run: (call: number) => unknown): number {
  const times: number[] = []
  for (let batch = 0; batch < batches; batch += 1) {
    const from = performance.now()
    for (let call = 0; call < calls; call += 1) run(batch * calls + call)
    times.push(((performance.now() - from) * 1000) / calls)
  }
  return median(times)
}
