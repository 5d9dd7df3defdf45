import type { LifeState } from '../scheduler-life.ts'

/** The state of a scheduler in this process, for the probes of an orchestrator. */
export interface SchedulerHealth {
  /** `disabled`: the option `enabled` is false. */
  readonly state: LifeState | 'disabled'
  /** False once the scheduler has stopped: the process does nothing more for its jobs. */
  readonly isAlive: boolean
  /** The scheduler takes part, or is not meant to, and the store answers. */
  readonly isReady: boolean
  /** The reason why the scheduler is not ready; `null` for a ready one. */
  readonly reason: string | null
}

export interface HealthFacts {
  readonly state: LifeState
  readonly isEnabled: boolean
  /** The time since which every request to the store has failed, in ms. */
  readonly storeFailsMs: number
  readonly heartbeatMs: number
}

const REASONS: Readonly<Record<Exclude<LifeState, 'running'>, string>> = {
  idle: 'the scheduler was not started',
  starting: 'the scheduler starts',
  stopping: 'the scheduler stops',
  stopped: 'the scheduler was stopped',
}

/** One failed heartbeat is no news: the store may answer the next. Pure. */
export function healthOf({ heartbeatMs, isEnabled, state, storeFailsMs }: HealthFacts): SchedulerHealth {
  if (!isEnabled) return { state: 'disabled', isAlive: true, isReady: true, reason: null }
  const isAlive = state !== 'stopped'
  if (state !== 'running') return { state, isAlive, isReady: false, reason: REASONS[state] }
  const isSilent = storeFailsMs > 2 * heartbeatMs
  const reason = isSilent ? `the store has not answered for ${Math.round(storeFailsMs / 1000)} s` : null
  return { state, isAlive, isReady: !isSilent, reason }
}
