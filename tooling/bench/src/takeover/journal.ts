import { percentile } from '../statistics.ts'

/** The outcome of the ticks of some seconds, according to the journal of the processes. */
export interface Outcome {
  readonly expected: number
  /** Ticks whose action began at least once. */
  readonly started: number
  /** Ticks whose action never began. */
  readonly missed: number
  /** Starts beyond the first of a tick. */
  readonly doubled: number
  /** Ticks whose action began and never ended. */
  readonly lost: number
  /** The longest time from a tick to the first start of its action, in ms. */
  readonly latestMs: number
  readonly p99Ms: number
}

/**
 * @param lines - the lines of all processes, in any order
 * @param from - the first counted tick, epoch ms
 * @param until - the first tick after the counted ticks
 */
export function judge(lines: readonly string[], jobs: number, from: number, until: number): Outcome {
  const starts = new Map<string, number[]>()
  const ended = new Set<string>()
  for (const line of lines) {
    const [what, job, tick, at] = line.split(' ')
    if (at === undefined || Number(tick) < from || Number(tick) >= until) continue
    const key = `${job} ${tick}`
    if (what === 'end') ended.add(key)
    else starts.set(key, [...(starts.get(key) ?? []), Number(at) - Number(tick)])
  }
  const lags = [...starts.values()].map((each) => Math.min(...each))
  const expected = (jobs * (until - from)) / 1000
  return {
    expected,
    started: starts.size,
    missed: expected - starts.size,
    doubled: [...starts.values()].reduce((sum, each) => sum + each.length - 1, 0),
    lost: [...starts.keys()].filter((key) => !ended.has(key)).length,
    latestMs: percentile(lags, 1),
    p99Ms: percentile(lags, 0.99),
  }
}
