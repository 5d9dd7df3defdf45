import type { ResolvedSchedulerOptions } from '../resolve-options.ts'
import type { LifeState, SchedulerLife } from '../scheduler-life.ts'

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

const REASONS: Readonly<Record<Exclude<LifeState, 'running'>, string>> = {
  idle: 'the scheduler was not started',
  starting: 'the scheduler starts',
  stopping: 'the scheduler stops',
  stopped: 'the scheduler was stopped',
}

/** @param life - the part that counts for the health */
export function healthOf(
  { enabled, heartbeatInterval }: Pick<ResolvedSchedulerOptions, 'enabled' | 'heartbeatInterval'>,
  { core, state }: Pick<SchedulerLife, 'core' | 'state'>,
): SchedulerHealth {
  if (!enabled) return { state: 'disabled', isAlive: true, isReady: true, reason: null }
  const isAlive = state !== 'stopped'
  if (state !== 'running') return { state, isAlive, isReady: false, reason: REASONS[state] }
  // One failed heartbeat is no news: the next may succeed.
  const trouble = core?.storeTrouble(2 * heartbeatInterval)
  if (trouble === undefined) return { state, isAlive, isReady: true, reason: null }
  const reason = `all ${trouble.requests} to the store have failed for ${Math.round(trouble.forMs / 1000)} s`
  return { state, isAlive, isReady: false, reason }
}
