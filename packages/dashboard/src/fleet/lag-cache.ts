import { lagOf, type RunHistory, type RunStatus, type TimelineEntry } from '@s3sched/history'
import { mapParallel } from '@s3sched/kernel'

/** The number of newest runs read for their lag; see ADR 91. */
const MOST_RUNS = 100
const AT_ONCE = 32
/** The number of remembered records: 100 jobs with 100 records. */
const MOST_REMEMBERED = 10_000

/** The delay of one run's start. */
export interface Lag {
  readonly scheduledTime: number
  readonly status: RunStatus
  readonly lagMs: number
}

/** The delays of runs' starts, from their records: 1 GET per record, once, because a record never changes. */
export class LagCache {
  readonly #history: RunHistory
  /** `undefined` for a run without a tick, and so without a lag. */
  readonly #known = new Map<string, number | undefined>()

  constructor(history: RunHistory) {
    this.#history = history
  }

  /** The lags of the newest started runs among `runs`, the newest first. */
  async newest(runs: readonly TimelineEntry[]): Promise<readonly Lag[]> {
    const started = runs.filter(({ attempts }) => attempts > 0).slice(0, MOST_RUNS)
    const lags = await mapParallel(started, AT_ONCE, (run) => this.#lagOf(run))
    return started.flatMap(({ scheduledTime, status }, index) => {
      const lagMs = lags[index]
      return lagMs === undefined ? [] : [{ scheduledTime, status, lagMs }]
    })
  }

  async #lagOf(run: TimelineEntry): Promise<number | undefined> {
    const name = `${run.job}/${run.runId}/${run.status}`
    if (this.#known.has(name)) return this.#known.get(name)
    const record = await this.#history.read(run)
    const lag = record === undefined ? undefined : lagOf(record)
    this.#known.set(name, lag)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
    return lag
  }
}
