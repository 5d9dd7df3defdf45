import type { Executor } from '@s3sched/executor'
import { LATE, mapParallel, orLate } from '@s3sched/kernel'
import { type OpenRun, keepRun } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'
import type { EngineEnv } from '../engine-env.ts'
import type { MemberHeartbeat, Presence } from '../presence/member-heartbeat.ts'
import type { Authority } from './authority.ts'
import type { RunStart } from './run-start.ts'
import type { RunTenure } from './run-tenure.ts'
import { whileHeld } from './while-held.ts'

export interface KeptRunsDeps {
  readonly records: Pick<RecordCache, 'update'>
  readonly executor: Pick<Executor, 'running'>
  readonly presence: Pick<MemberHeartbeat, 'enter' | 'show'>
}

/** A run under a leader's authority. */
interface LedRun {
  readonly start: RunStart
  readonly tenure: Pick<RunTenure, 'keepBy'>
}

/** The most runs kept at the same time when a shard is handed over. */
const AT_ONCE = 32
const ANSWERED = 'the answer is known'
/**
 * The share of what others wait in which the store must answer for a run whose authority was lost. Others wait a whole
 * heartbeat from the end of the trust in a leader's lease or in a presence, and the term of a run lease for its run.
 */
const ANSWER_SHARE = 0.2

/**
 * Keeps executing runs over the handover of their shard: before the lease is released, the job's record says that the
 * run now depends on this member. The attempt goes on to its end; no other attempt begins here.
 */
export class KeptRuns {
  readonly #env: Pick<EngineEnv, 'clock' | 'logger'>
  readonly #heartbeatMs: number
  readonly #deps: KeptRunsDeps
  readonly #led = new Map<string, LedRun>()

  /** @param heartbeatMs - the time between two signs of a leader or of a member */
  constructor(env: Pick<EngineEnv, 'clock' | 'logger'>, deps: KeptRunsDeps, heartbeatMs: number) {
    this.#env = env
    this.#deps = deps
    this.#heartbeatMs = heartbeatMs
  }

  /** Notes a run under a leader's authority until {@link leave}. */
  enter(start: RunStart, tenure: Pick<RunTenure, 'keepBy'>): void {
    if (start.authority.role === 'leader') this.#led.set(start.run.runId, { start, tenure })
  }

  leave(runId: string): void {
    this.#led.delete(runId)
  }

  /** True while an attempt of the run is executing. Thousands of runs may ask at once, each for its own job alone. */
  isWorking({ job, run: { runId } }: Pick<RunStart, 'job' | 'run'>): boolean {
    const open = this.#deps.executor.running(job.name)
    return open.some((each) => each.runId === runId && each.phase === 'running' && each.blocks)
  }

  /** Keeps the executing runs of an authority: 1 PUT each, and 1 for the member object. Never rejects. */
  async keep(authority: Authority): Promise<void> {
    const led = [...this.#led.values()].filter(({ start }) => start.authority === authority)
    await mapParallel(led, AT_ONCE, (each) => this.#keep(each))
  }

  /**
   * Keeps an executing run whose authority was lost, if its record still has the run as claimed: 1 PUT, and 1 for the
   * member object. Never rejects.
   * @returns the presence that the run depends on now; `undefined` for a run that has to end
   */
  async keepOn({ job, run }: RunStart): Promise<Presence | undefined> {
    const { clock, logger } = this.#env
    const enough = new AbortController()
    const answerMs = Math.min(this.#heartbeatMs, run.leaseMs ?? Infinity) * ANSWER_SHARE
    const keeping = this.#tie(job.name, run, enough.signal)
    const answer = await orLate(clock, answerMs, keeping)
    enough.abort(ANSWERED)
    // A late answer keeps nothing: the run has ended, and its end is written in any case.
    if (answer === LATE) void keeping.then((late) => late?.leave())
    const presence = answer === LATE ? undefined : answer
    const so = presence === undefined ? 'ends: others may have it' : 'goes on: no other instance has it'
    logger.warn(`run '${run.runId}' of job '${job.name}' ${so}; this process gave no sign for too long`)
    return presence
  }

  async #keep({ start, tenure }: LedRun): Promise<void> {
    const { authority, job, run } = start
    // A waiting run is released when the authority ends, and the next leader goes on with it.
    if (!this.isWorking(start)) return
    const held = await this.#tie(job.name, run, authority.signal)
    if (held === undefined) return
    if (this.#led.has(run.runId)) tenure.keepBy(held)
    else held.leave()
  }

  /** Ties a run to this member in its record. Never rejects. */
  async #tie(jobName: string, run: OpenRun, signal: AbortSignal): Promise<Presence | undefined> {
    const { records, presence } = this.#deps
    let held: Presence | undefined
    try {
      await presence.show()
      held = presence.enter()
      const change = whileHeld(run, (record) => keepRun(record, run.runId))
      const kept = await records.update(jobName, change, signal)
      if (kept.outcome === 'written') return held
    } catch (error) {
      this.#env.logger.warn(`run '${run.runId}' of job '${jobName}' could not be kept here`, { error })
    }
    held?.leave()
    return undefined
  }
}
