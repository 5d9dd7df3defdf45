import {
  boolean,
  custom,
  guardLogger,
  having,
  number,
  oneOf,
  optional,
  resolveOptions,
  silentLogger,
  systemClock,
  Timers,
  type Clock,
  type Logger,
} from '@s3sched/kernel'
import { checkActionFile, isFileUrl } from './action-file.ts'
import { CancelledError } from '../cancelled-error.ts'
import { SlotQueue } from '../slot-queue.ts'
import type { Action } from '../task.ts'
import { callInWorker } from './isolated-call.ts'
import type { IsolationKind, ResourceLimits } from './isolated-worker.ts'
import { type IsolationOptions, resolveIsolationOptions, ISOLATION_SPEC } from './isolation-options.ts'
import { refuseMisplaced } from '../misplaced-option.ts'
import { WorkerPool, type WorkerUse } from './worker-pool.ts'
import type { WorkerSeat, WorkerShape } from './worker-seat.ts'

/** The live things that an isolation needs. */
export interface IsolationDeps {
  /** @default the machine's */
  readonly clock?: Clock
  /** Receives warnings of workers that end without a call. @default says nothing */
  readonly logger?: Logger
}

/** The place of an isolated action, its database and its bounds. */
export interface IsolatedActionOptions {
  /** A thread shares the process with the application; a process shares nothing, and its children end with it. @default 'thread' */
  readonly in?: IsolationKind
  /**
   * A module whose default export is a function without arguments that opens a database, once per worker; the database
   * is the action's first argument. @default none, and the argument is `undefined`
   */
  readonly database?: URL
  /** `false`: the context is the only argument of the action. @default true */
  readonly withDatabase?: boolean
  /** @default the limits of Node.js */
  readonly resourceLimits?: ResourceLimits
}

/** Executes actions in threads and processes. See {@link createIsolation}. */
export interface Isolation {
  /**
   * An action for a task of the executor: calls the default export of `file`, `(database, context) => result`, in a
   * worker. The file can be TypeScript where Node.js runs TypeScript.
   * @throws S3SchedError `INVALID_TASK` when there is no such file; `INVALID_OPTIONS`
   */
  action(file: URL, options?: IsolatedActionOptions): Action
  /**
   * The longest time from the signal to the end of an isolated action, in ms: `graceMs` of a run of the executor. The
   * executor then waits for the end, instead of counting the action as abandoned.
   */
  readonly settleMs: number
  /** The threads and processes at the moment. */
  workers(): WorkerUse
  /** Ends all workers; a later call fails. Resolves when no worker is left. Stopping twice is fine. */
  stop(): Promise<void>
  /** The same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void>
}

const DEPS_SPEC = {
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
}

const LIMITS_SPEC = {
  maxOldGenerationSizeMb: optional(number({ min: 2, max: 1_000_000 })),
  maxYoungGenerationSizeMb: optional(number({ min: 1, max: 1_000_000 })),
  stackSizeMb: optional(number({ min: 1, max: 256 })),
}

const ACTION_SPEC = {
  in: oneOf(['thread', 'process'], 'thread'),
  database: optional(custom<URL>('a file: URL', isFileUrl)),
  withDatabase: boolean(true),
  resourceLimits: optional(
    custom<ResourceLimits>(
      'an object',
      (value): value is ResourceLimits => typeof value === 'object' && value !== null,
    ),
  ),
}

/**
 * Threads and processes for actions that compute, leak, crash or hang: an isolated action blocks no event loop but its
 * own, and is really ended after its signal and a grace.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createIsolation(deps: IsolationDeps = {}, options: IsolationOptions = {}): Isolation {
  refuseMisplaced('createIsolation', deps, ISOLATION_SPEC)
  const given = resolveOptions('createIsolation', DEPS_SPEC, deps)
  const { maxWorkers, settleMs, ...poolOptions } = resolveIsolationOptions(options)
  const { clock = systemClock } = given
  const { graceMs } = poolOptions
  const timers = new Timers(clock)
  const pool = new WorkerPool({ clock, timers, logger: guardLogger(given.logger ?? silentLogger) }, poolOptions)
  const slots = new SlotQueue(maxWorkers)
  let isStopped = false

  const inSlot = async (
    shape: WorkerShape,
    context: Parameters<Action>[0],
    withDatabase: boolean,
  ): Promise<unknown> => {
    if (isStopped) throw new CancelledError('stopped')
    const seat: WorkerSeat = pool.take(shape)
    const { end, isReusable } = await callInWorker(seat, context, { graceMs, timers, withDatabase })
    if (isReusable) pool.release(seat)
    else void pool.end(seat)
    if (end.outcome === 'threw') throw end.thrown
    return end.value
  }

  const stop = async (): Promise<void> => {
    isStopped = true
    await pool.close()
  }

  return {
    action(file, actionOptions) {
      checkActionFile(file)
      const { database, resourceLimits, withDatabase, ...resolved } = resolveOptions(
        'an isolated action',
        ACTION_SPEC,
        actionOptions,
      )
      if (database !== undefined) checkActionFile(database)
      const limits = resolveOptions('resourceLimits', LIMITS_SPEC, resourceLimits)
      const shape = { kind: resolved.in, file: file.href, database: database?.href, limits }
      return async (context) => {
        await slots.take(shape.file, 0, context.signal)
        try {
          return await inSlot(shape, context, withDatabase)
        } finally {
          slots.release()
        }
      }
    },
    settleMs,
    workers: () => pool.use(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
