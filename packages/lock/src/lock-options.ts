import {
  custom,
  describe,
  guardLogger,
  having,
  integer,
  optional,
  resolveOptions,
  silentLogger,
  string,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type OptionField,
  type Random,
} from '@s3sched/kernel'
import { LockError } from './lock-error.ts'
import { processHolder } from './process-holder.ts'
import type { HostProbe } from './process-mark.ts'
import { systemHost } from './system-host.ts'

/** The times of a lock, and the name of its holder. */
export interface LockOptions {
  /**
   * Time for which a silent holder keeps other contenders out, ms, 1 second to 24 hours. The holder renews every third
   * of the ttl, and stops trusting the lock after two thirds without an answer. @default 30000
   */
  readonly ttlMs?: number
  /** Name of this holder, for people and for `by`; 1 to 256 characters. @default host, pid and a random part */
  readonly holder?: string
  /** @default the system's */
  readonly clock?: Clock
  /** @default the system's */
  readonly random?: Random
  /** Receives failed renewals and releases, and lost leases. @default silent */
  readonly logger?: Logger
  /** Tells whether a holder on this host is alive, so that nobody waits for a dead holder. @default the system's */
  readonly host?: HostProbe
}

/** The patience of an acquisition. */
export interface AcquireOptions {
  /** Time to wait for a held lock, ms, 0 or more; `Infinity` is allowed. @default 0 */
  readonly waitMs?: number
  /** Stops the wait: the call throws `signal.reason`. A lease acquired at this very moment is released. */
  readonly signal?: AbortSignal
}

export interface ResolvedLockOptions {
  readonly ttlMs: number
  readonly holder: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly host: HostProbe
}

/** @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong */
export function resolveLockOptions(name: string, input: LockOptions): ResolvedLockOptions {
  const given = resolveOptions(`lock '${name}'`, lockSpec, input)
  const random = given.random ?? systemRandom
  return {
    ttlMs: given.ttlMs,
    holder: given.holder ?? processHolder(random),
    clock: given.clock ?? systemClock,
    random,
    logger: guardLogger(given.logger ?? silentLogger),
    host: given.host ?? systemHost,
  }
}

const lockSpec: {
  readonly ttlMs: OptionField<number>
  readonly holder: OptionField<string | undefined>
  readonly clock: OptionField<Clock | undefined>
  readonly random: OptionField<Random | undefined>
  readonly logger: OptionField<Logger | undefined>
  readonly host: OptionField<HostProbe | undefined>
} = {
  ttlMs: integer({ min: 1000, max: 86_400_000, default: 30_000 }),
  holder: optional(string({ max: 256 })),
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a Random', 'float', 'id')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
  host: optional(having<HostProbe>('a HostProbe', 'self', 'look')),
}

const NAME = /^[\w.-]+(\/[\w.-]+)*$/

/**
 * The key of the lock `name`: `locks/<name>.json`.
 * @throws {@link LockError} `INVALID_NAME`
 */
export function lockKey(name: unknown): string {
  const fits = typeof name === 'string' && name.length <= 128 && NAME.test(name) && !name.includes('..')
  if (fits && name.split('/').every((part) => part !== '.')) return `locks/${name}.json`
  throw new LockError(`expected a lock's name of 1 to 128 characters, got ${describe(name)}`, {
    code: 'INVALID_NAME',
    suggestion: "Use A-Z a-z 0-9 _ . - and, between parts, a slash; no '..'",
    context: { name },
  })
}

const acquireSpec: {
  readonly waitMs: OptionField<number>
  readonly signal: OptionField<AbortSignal | undefined>
} = {
  waitMs: custom('a number >= 0', (value): value is number => typeof value === 'number' && value >= 0, 0),
  signal: optional(having<AbortSignal>('an AbortSignal', 'addEventListener', 'throwIfAborted')),
}

/**
 * A misspelt option, such as `wait`, would give up at once in silence.
 * @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong
 */
export function resolveAcquireOptions(input: AcquireOptions): { waitMs: number; signal: AbortSignal | undefined } {
  return resolveOptions('acquire', acquireSpec, input)
}
