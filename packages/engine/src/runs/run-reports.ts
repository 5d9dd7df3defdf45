/**
 * Publishes what the open runs of this process have said so far, each second, while somebody looks at them. Without a
 * viewer nothing is written. A report that can't be written is written a second later: nobody but the viewer waits.
 */
import { messageOf } from '@s3sched/kernel'
import type { Executor, RunReport } from '@s3sched/executor'
import type { Attention, LiveReports } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'

export interface RunReportsDeps {
  readonly attention: Attention
  readonly live: LiveReports
  readonly executor: Pick<Executor, 'report'>
  /** Aborts when this process leaves. */
  readonly signal: AbortSignal
}

/** The interval of reports, and of looks while somebody looks on, in ms. */
export const ATTENTIVE_MS = 1000
/** A wish that was repeated is noticed within this time, in ms; less than the time for which a wish holds. */
const READ_AGAIN_MS = 15_000

export class RunReports {
  readonly #env: Pick<EngineEnv, 'clock' | 'logger' | 'serverClock'>
  readonly #deps: RunReportsDeps
  /** The last published report of each run, as JSON. */
  readonly #published = new Map<string, string>()
  #readAt = -Infinity
  #isPublishing = false

  constructor(env: Pick<EngineEnv, 'clock' | 'logger' | 'serverClock'>, deps: RunReportsDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** True while somebody looks on, as far as known. No request. */
  get isAttended(): boolean {
    return this.#deps.attention.attended.until > this.#env.serverClock.sharedNow()
  }

  /** Reads who looks on: 1 GET. @throws StoreError */
  async look(signal?: AbortSignal): Promise<void> {
    this.#readAt = this.#env.clock.monotonic()
    await this.#deps.attention.read(signal)
    if (this.isAttended && !this.#isPublishing) void this.#publish()
  }

  async #publish(): Promise<void> {
    const { clock, logger } = this.#env
    const { signal } = this.#deps
    this.#isPublishing = true
    while ((this.isAttended || this.#published.size > 0) && !signal.aborted) {
      try {
        if (this.isAttended && clock.monotonic() - this.#readAt >= READ_AGAIN_MS) await this.look(signal)
        await this.#publishAll(signal)
      } catch (error) {
        if (!signal.aborted) logger.debug(`a live report could not be published: ${messageOf(error)}`, { error })
      }
      await clock.sleep(ATTENTIVE_MS, signal).catch(() => undefined) // ends with the loop's condition
    }
    this.#isPublishing = false
  }

  async #publishAll(signal: AbortSignal): Promise<void> {
    const { attention, executor, live } = this.#deps
    for (const runId of Object.keys(attention.attended.runs)) {
      const report = executor.report(runId)
      if (report !== undefined) await this.#publishOne(report, signal)
    }
    for (const runId of this.#published.keys()) {
      if (executor.report(runId) !== undefined) continue
      await live.delete(runId)
      this.#published.delete(runId)
    }
  }

  async #publishOne(report: RunReport, signal: AbortSignal): Promise<void> {
    const text = JSON.stringify(report)
    if (this.#published.get(report.runId) === text) return
    await this.#deps.live.write(report, signal)
    this.#published.set(report.runId, text)
  }
}
