/**
 * Quantiles of durations in a few hundred bytes: counts in buckets whose bounds grow by a factor, so that the error is
 * a fraction of the value (DDSketch, Masson et al., VLDB 2019). With too many buckets in use, every
 * pair of neighbours becomes one bucket (UDDSketch, Epicoco et al., 2020), which squares the factor: the sketch
 * never grows, and all quantiles stay equally good. Two sketches can be added, and a value can be removed again.
 *
 * The relative error is at most 4 % (level 0), 8 % (level 1) or 16 % (level 2); durations from 1 ms to three years
 * never need a higher level.
 */
export interface DurationSketch {
  /** Number of times that neighbours were joined. */
  readonly level: number
  /** Bucket, count, bucket, count …, by rising bucket. */
  readonly buckets: readonly number[]
}

export const MAX_BUCKETS = 64

const FACTOR = 1.08
const LONGEST_MS = 1e11

/** The sketch of no durations. */
export const emptySketch: DurationSketch = { level: 0, buckets: [] }

/**
 * The sketch with further durations, in ms.
 * @param times - number of equal durations; a negative number removes durations. No count falls below 0.
 */
export function addDuration(sketch: DurationSketch, durationMs: number, times: number = 1): DurationSketch {
  const { level, buckets } = sketch
  const bucket = bucketOf(durationMs, level)
  let at = 0
  while (at < buckets.length && (buckets[at] ?? 0) < bucket) at += 2
  if (buckets[at] !== bucket) {
    if (times <= 0) return sketch
    const grown = buckets.toSpliced(at, 0, bucket, times)
    return grown.length > 2 * MAX_BUCKETS
      ? sketchOf(level, countsOf({ level, buckets: grown }))
      : { level, buckets: grown }
  }
  const count = (buckets[at + 1] ?? 0) + times
  return { level, buckets: count > 0 ? buckets.with(at + 1, count) : buckets.toSpliced(at, 2) }
}

/** The sketch of all durations of both sketches, as coarse as the coarser of the two. */
export function mergeSketches(a: DurationSketch, b: DurationSketch): DurationSketch {
  const level = Math.max(a.level, b.level)
  const counts = raised(a, level)
  for (const [bucket, count] of raised(b, level)) counts.set(bucket, (counts.get(bucket) ?? 0) + count)
  return sketchOf(level, counts)
}

/** @param quantile - 0 to 1 @returns ms, or `undefined` for an empty sketch */
export function quantileOf(sketch: DurationSketch, quantile: number): number | undefined {
  const counts = [...countsOf(sketch)]
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return undefined
  const rank = Math.max(1, Math.ceil(quantile * total))
  let passed = 0
  for (const [bucket, count] of counts) {
    passed += count
    if (passed >= rank) return middleOf(bucket, sketch.level)
  }
  return undefined
}

/** A sketch from a stored value of unknown origin; the empty sketch when the value is invalid. */
export function parseSketch(value: unknown): DurationSketch {
  const { level, buckets } = (value ?? {}) as Partial<Record<keyof DurationSketch, unknown>>
  const isValid = Array.isArray(buckets) && buckets.length % 2 === 0 && buckets.every(isCount)
  if (!isValid || !isCount(level) || (level as number) > 8) return emptySketch
  return sketchOf(level as number, countsOf({ level: level as number, buckets: buckets as number[] }))
}

function isCount(item: unknown): boolean {
  return Number.isSafeInteger(item) && (item as number) >= 0
}

function bucketOf(durationMs: number, level: number): number {
  if (!(durationMs > 1)) return 0
  return Math.ceil(Math.log(Math.min(durationMs, LONGEST_MS)) / logFactor(level))
}

/** The value with the same relative distance to both bounds of the bucket. */
function middleOf(bucket: number, level: number): number {
  if (bucket === 0) return 1
  const factor = Math.exp(logFactor(level))
  return (2 * factor ** bucket) / (factor + 1)
}

function logFactor(level: number): number {
  return Math.log(FACTOR) * 2 ** level
}

function countsOf({ buckets }: DurationSketch): Map<number, number> {
  const counts = new Map<number, number>()
  for (let index = 0; index < buckets.length; index += 2) counts.set(buckets[index] ?? 0, buckets[index + 1] ?? 0)
  return counts
}

function raised(sketch: DurationSketch, level: number): Map<number, number> {
  let counts = countsOf(sketch)
  for (let at = sketch.level; at < level; at++) counts = joined(counts)
  return counts
}

function joined(counts: Map<number, number>): Map<number, number> {
  const halves = new Map<number, number>()
  for (const [bucket, count] of counts) {
    const half = Math.ceil(bucket / 2)
    halves.set(half, (halves.get(half) ?? 0) + count)
  }
  return halves
}

function sketchOf(level: number, counts: Map<number, number>): DurationSketch {
  const used = [...counts].filter(([, count]) => count > 0)
  if (used.length > MAX_BUCKETS) return sketchOf(level + 1, joined(new Map(used)))
  return { level, buckets: used.toSorted(([a], [b]) => a - b).flat() }
}
