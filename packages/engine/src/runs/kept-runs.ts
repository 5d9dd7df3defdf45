import type { Executor } from '@s3sched/executor'
import { mapParallel } from '@s3sched/kernel'
import { type RecordCache, keepRun } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import type { MemberHeartbeat, Presence } from '../leader/member-heartbeat.ts'
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

/**
 * Keeps executing runs over the handover of their shard: before the lease is released, the job's record says that the
 * run now depends on this member. The attempt goes on to its end; no other attempt begins here.
 */
export class KeptRuns {
  readonly #env: Pick<EngineEnv, 'logger'>
  readonly #deps: KeptRunsDeps
  readonly #led = new Map<string, LedRun>()

  constructor(env: Pick<EngineEnv, 'logger'>, deps: KeptRunsDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Notes a run under a leader's authority until {@link leave}. */
  enter(start: RunStart, tenure: Pick<RunTenure, 'keepBy'>): void {
    if (start.authority.role === 'leader') this.#led.set(start.run.runId, { start, tenure })
  }

  leave(runId: string): void {
    this.#led.delete(runId)
  }

  /** True while an attempt of the run is executing. */
  isWorking(runId: string): boolean {
    return this.#deps.executor.running().some((each) => each.runId === runId && each.phase === 'running' && each.blocks)
  }

  /** Keeps the executing runs of an authority: 1 PUT each, and 1 for the member object. Never rejects. */
  async keep(authority: Authority): Promise<void> {
    const led = [...this.#led.values()].filter(({ start }) => start.authority === authority)
    await mapParallel(led, AT_ONCE, (each) => this.#keep(each))
  }

  async #keep({ start: { authority, job, run }, tenure }: LedRun): Promise<void> {
    const { records, presence } = this.#deps
    // A waiting run is released when the authority ends, and the next leader goes on with it.
    if (!this.isWorking(run.runId)) return
    let held: Presence | undefined
    try {
      await presence.show()
      held = presence.enter()
      const change = whileHeld(run, (record) => keepRun(record, run.runId))
      const kept = await records.update(job.name, change, authority.signal)
      if (kept.outcome === 'written' && this.#led.has(run.runId)) return tenure.keepBy(held)
    } catch (error) {
      this.#env.logger.warn(`run '${run.runId}' of job '${job.name}' ends: its shard is handed over`, { error })
    }
    held?.leave()
  }
}
