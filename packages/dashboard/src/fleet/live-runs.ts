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

interface Known {
  readonly at: number
  readonly view: Promise<LiveRun>
}

export class LiveRuns {
  readonly #deps: LiveRunsDeps
  readonly #known = new Map<string, Known>()
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

  /** A run of a job: 2 conditional GET, and those of {@link attend}; none within a second. @throws StoreError */
  view(job: string, runId: string): Promise<LiveRun> {
    const now = this.#deps.clock.monotonic()
    for (const [id, { at }] of this.#known) if (now - at > FRESH_MS) this.#known.delete(id)
    const known = this.#known.get(runId)
    if (known !== undefined) return known.view
    const view = this.#view(job, runId)
    this.#known.set(runId, { at: now, view })
    return view
  }

  async #view(jobName: string, runId: string): Promise<LiveRun> {
    const { operator } = this.#deps
    const state = stateOf(await operator.job(jobName), runId)
    if (state === 'ended') return { state, report: undefined }
    await this.attend([runId])
    return { state, report: state === 'running' ? await operator.report(runId) : undefined }
  }
}

/** The state of a run that was requested, or was open. */
function stateOf({ lastRun, running }: JobView, runId: string): LiveRun['state'] {
  if (running.some((run) => run.runId === runId)) return 'running'
  return lastRun?.runId === runId ? 'ended' : 'waiting'
}
