import type { SchedulerOptions } from '@s3sched/plugin'

/**
 * The host of all simulated processes. The system's probe would put the real process id into the objects, and the size
 * of a body decides where a fault cuts the body: a plan would run differently in each process.
 */
export const SIMULATED_HOST: NonNullable<SchedulerOptions['host']> = {
  self: () => ({ host: 'simulated', pid: 4711, proof: { realm: 'simulated', startedAt: '4711' } }),
  look: () => ({ kind: 'unknown' }),
}
