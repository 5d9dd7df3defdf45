import type { Clock, Random } from '@s3sched/kernel'
import { RUN_STATUSES, type RunRecord } from '../../src/index.ts'
import { aRun, DAY } from '../records.ts'

export interface RunChances {
  /** That the next run is the late end of a run declared lost, where there is one. */
  readonly late: number
  /** That a run has a large result. @default none has */
  readonly large?: number
}

/** Runs of four jobs, drawn by chance: some are declared lost and end after all, and some ticks are caught up days late. */
export class DrawnRuns {
  readonly #env: { readonly clock: Clock; readonly random: Random }
  readonly #chances: RunChances
  readonly #lost: RunRecord[] = []
  #number = 0

  constructor(env: { readonly clock: Clock; readonly random: Random }, chances: RunChances) {
    this.#env = env
    this.#chances = chances
  }

  next(): RunRecord {
    const { clock, random } = this.#env
    const { large, late } = this.#chances
    const verdict = random.float() < late ? this.#lost.shift() : undefined
    const statuses = ['success', 'failed', 'timeout'] as const
    const status = statuses[Math.floor(random.float() * statuses.length)] ?? 'success'
    if (verdict !== undefined) return { ...verdict, status, durationMs: 9 }
    const isCaughtUp = random.float() < 0.1
    const drawn = random.float() < 0.4 ? RUN_STATUSES[Math.floor(random.float() * RUN_STATUSES.length)] : 'success'
    const run = aRun({
      runId: `run-${this.#number++}`,
      job: `job-${this.#number % 4}`,
      status: drawn ?? 'success',
      scheduledTime: clock.now() - (isCaughtUp ? Math.floor(random.float() * 2 * DAY) : 0),
      endedAt: clock.now(),
      ...(large !== undefined && random.float() < large ? { result: 'x'.repeat(3000) } : {}),
    })
    if (run.status === 'lost') this.#lost.push(run)
    return run
  }
}
