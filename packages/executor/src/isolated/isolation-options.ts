import { integer, number, type OptionField, resolveOptions } from '@s3sched/kernel'

/** All times are ms. */
export interface IsolationOptions {
  /** The time for an action to end after its signal; then its worker is killed. 0 to 60000. @default 1000 */
  readonly graceMs?: number
  /** The time that a warm worker without a call is kept. @default 90000, so that a job of each minute finds its worker warm */
  readonly idleMs?: number
  /** The most warm workers without a call, 0 to 1000. @default 4 */
  readonly maxIdle?: number
  /** The most calls at a time, each in a worker of its own; a further call waits. 1 to 10000. @default 16 */
  readonly maxWorkers?: number
}

/** A killed worker, or a worker that was told to end, has this long for it, in ms. */
export const KILL_MS = 2000

export interface ResolvedIsolationOptions extends Required<IsolationOptions> {
  /** The longest time from the signal to the end of an isolated action, in ms. */
  readonly settleMs: number
}

/** The checks of {@link IsolationOptions}. */
export const ISOLATION_SPEC: { readonly [K in keyof IsolationOptions]-?: OptionField<number> } = {
  graceMs: number({ min: 0, max: 60_000, default: 1000 }),
  idleMs: number({ min: 0, max: 2 ** 31, default: 90_000 }),
  maxIdle: integer({ min: 0, max: 1000, default: 4 }),
  maxWorkers: integer({ min: 1, max: 10_000, default: 16 }),
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveIsolationOptions(options: IsolationOptions): ResolvedIsolationOptions {
  const resolved = resolveOptions('createIsolation', ISOLATION_SPEC, options)
  return { ...resolved, settleMs: resolved.graceMs + KILL_MS }
}
