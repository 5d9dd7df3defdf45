import type { StoreTrouble } from '@s3sched/engine'
import type { LifeState } from '../scheduler-life.ts'

/** The state of a scheduler in this process, for the probes of an orchestrator. */
export interface SchedulerHealth {
  /** `disabled`: the option `enabled` is false. */
  readonly state: LifeState | 'disabled'
  /** False once the scheduler has stopped: the process does nothing more for its jobs. */
  readonly isAlive: boolean
  /** The scheduler takes part, or is not meant to, and the store answers reads and writes. */
  readonly isReady: boolean
  /** The reason why the scheduler is not ready; `null` for a ready one. */
  readonly reason: string | null
}

export interface HealthFacts {
  readonly state: LifeState
  readonly isEnabled: boolean
  /** Requests that the store has failed for longer than {@link patienceWithStore}. */
  readonly storeTrouble: StoreTrouble | undefined
}

const REASONS: Readonly<Record<Exclude<LifeState, 'running'>, string>> = {
  idle: 'the scheduler was not started',
  starting: 'the scheduler starts',
  stopping: 'the scheduler stops',
  stopped: 'the scheduler was stopped',
}

/** The time of failing requests before they are trouble, in ms. One failed heartbeat is no news: the next may succeed. */
export function patienceWithStore(heartbeatMs: number): number {
  return 2 * heartbeatMs
}

/** Pure. */
export function healthOf({ isEnabled, state, storeTrouble }: HealthFacts): SchedulerHealth {
  if (!isEnabled) return { state: 'disabled', isAlive: true, isReady: true, reason: null }
  const isAlive = state !== 'stopped'
  if (state !== 'running') return { state, isAlive, isReady: false, reason: REASONS[state] }
  if (storeTrouble === undefined) return { state, isAlive, isReady: true, reason: null }
  const reason = `all ${storeTrouble.requests} to the store have failed for ${Math.round(storeTrouble.forMs / 1000)} s`
  return { state, isAlive, isReady: false, reason }
}
