/**
 * Open runs, for those who look at them: asked of the store at most once a second for each run, for any number of pages.
 *
 * Each look says in the bucket that somebody looks on, so that the process of the run publishes its log and its progress.
 * A store that refuses this write, as for credentials that may only read, leaves the pages as they are without it.
 */
import { messageOf, type Clock, type Logger } from '@s3sched/kernel'
import type { JobView, LiveReport, Operator } from '@s3sched/operator'
import type { ProbedScheduler } from '../dashboard-options.ts'

export interface LiveRunsDeps {
  readonly operator: Operator
  readonly clock: Clock
  readonly logger: Logger
  /** The scheduler of this process, which need not be waited for. */
  readonly scheduler: ProbedScheduler | undefined
}

/** A run as its job's record shows it now. */
export interface LiveRun {
  /** `waiting`: neither running nor known as ended. */
  readonly state: 'running' | 'waiting' | 'ended'
  readonly report: LiveReport | undefined
}

/** The age at which a view is made anew, in ms. */
const FRESH_MS = 900
/** A refused wish is repeated after this time, in ms. */
const REFUSED_MS = 60_000
/** While a run is reported, its job's record is read no more often than this, in ms. */
const STATE_MS = 10_000

interface Known {
  readonly at: number
  readonly view: Promise<LiveRun>
}

/** A run that was running when its job's record was read. */
interface Followed {
  readonly readAt: number
  /** The last report; `undefined` before the first. */
  readonly report: LiveReport | undefined
}

export class LiveRuns {
  readonly #deps: LiveRunsDeps
  readonly #known = new Map<string, Known>()
  readonly #followed = new Map<string, Followed>()
  #refusedAt = -Infinity

  constructor(deps: LiveRunsDeps) {
    this.#deps = deps
  }

  /** Says that somebody looks on: the next request to run is obeyed within two seconds. Never rejects. */
  async attend(runIds: readonly string[] = []): Promise<void> {
    const { clock, logger, operator, scheduler } = this.#deps
    if (clock.monotonic() - this.#refusedAt < REFUSED_MS) return
    try {
      await operator.attend(runIds)
    } catch (error) {
      this.#refusedAt = clock.monotonic()
      logger.warn(`nobody learns that somebody looks, so live logs are missing: ${messageOf(error)}`, { error })
    }
    await scheduler?.lookNow?.()
  }

  /**
   * A run of a job: 1 conditional GET, and those of {@link attend}; none within a second. A second conditional GET until
   * the first report, every ten seconds, and at the end. @throws StoreError
   */
  view(job: string, runId: string): Promise<LiveRun> {
    const now = this.#deps.clock.monotonic()
    for (const [id, { at }] of this.#known) if (now - at > FRESH_MS) this.#known.delete(id)
    for (const [id, { readAt }] of this.#followed) if (now - readAt > 2 * STATE_MS) this.#followed.delete(id)
    const known = this.#known.get(runId)
    if (known !== undefined) return known.view
    const view = this.#view(job, runId)
    this.#known.set(runId, { at: now, view })
    return view
  }

  async #view(jobName: string, runId: string): Promise<LiveRun> {
    return (await this.#reported(runId)) ?? (await this.#recorded(jobName, runId))
  }

  /** By its report alone, which is deleted at the end of the run: a report from a moment ago means that the run goes on. */
  async #reported(runId: string): Promise<LiveRun | undefined> {
    const { clock, operator } = this.#deps
    const followed = this.#followed.get(runId)
    if (followed?.report === undefined || clock.monotonic() - followed.readAt >= STATE_MS) return undefined
    await this.attend([runId])
    const report = await operator.report(runId)
    if (report === undefined) return undefined
    this.#followed.set(runId, { ...followed, report })
    return { state: 'running', report }
  }

  /** By the record of its job. */
  async #recorded(jobName: string, runId: string): Promise<LiveRun> {
    const { clock, operator } = this.#deps
    const readAt = clock.monotonic()
    const state = stateOf(await operator.job(jobName), runId)
    if (state === 'ended') {
      this.#followed.delete(runId)
      return { state, report: undefined }
    }
    await this.attend([runId])
    if (state === 'waiting') return { state, report: undefined }
    // The report is deleted a moment before the end of the run is written: the page keeps what the run has said.
    const report = (await operator.report(runId)) ?? this.#followed.get(runId)?.report
    this.#followed.set(runId, { readAt, report })
    return { state, report }
  }
}

/** The state of a run that was requested, or was open. */
function stateOf({ lastRun, running }: JobView, runId: string): LiveRun['state'] {
  if (running.some((run) => run.runId === runId)) return 'running'
  return lastRun?.runId === runId ? 'ended' : 'waiting'
}
