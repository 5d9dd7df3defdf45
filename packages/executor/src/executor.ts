import {
  func,
  guardLogger,
  having,
  integer,
  number,
  optional,
  resolveOptions,
  silentLogger,
  systemClock,
  systemRandom,
} from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { CancelledError, type CancelReason } from './cancelled-error.ts'
import { KeyGate } from './key-gate.ts'
import { LoopWatch, type WatchedRun } from './loop-watch.ts'
import type { Progress } from './run-context.ts'
import type { RunOutcome, RunStatus } from './run-outcome.ts'
import { resolvePolicy, type RunPolicy } from './run-policy.ts'
import { Run, type RunDeps, type RunPhase, type SlotWait } from './run.ts'
import { SlotQueue } from './slot-queue.ts'
import { resolveTask, type Action, type Task } from './task.ts'
import { startTimer } from './timer.ts'

export interface ExecutorDeps {
  /** @default the machine's */
  readonly clock?: Clock
  /** Decides the jitter of retries. @default the machine's */
  readonly random?: Random
  /** Hears of abandoned actions, blocked event loops and hooks that throw. @default says nothing */
  readonly logger?: Logger
  /** Called for each run that had to wait for a slot, when it has got it. */
  readonly onSlotWait?: (wait: SlotWait) => void
}

export interface ExecutorOptions {
  /** How many actions are called at a time; abandoned ones don't count. 1 to 100000. @default 5 */
  readonly maxConcurrent?: number
  /** A warning names who blocked the event loop this long or longer, in ms, at least 10. @default it is not watched */
  readonly blockedLoopWarningMs?: number
  /** How long an action may take to end after its signal, in ms, before it counts as abandoned. @default 100 */
  readonly graceMs?: number
}

/** A run that is in the executor's hands, or an abandoned action of one. */
export interface RunningRun {
  readonly runId: string
  readonly key: string
  readonly attempt: number
  /** When its first attempt started, or when it was asked for. Wall clock, epoch ms. */
  readonly startedAt: number
  readonly phase: RunPhase
  /** The action goes on although it was told to end; its run is over or on its way without it. */
  readonly abandoned: boolean
  readonly progress?: Progress
}

/** How the slots are used at a moment. */
export interface SlotUse {
  /** `maxConcurrent`. */
  readonly max: number
  /** How many actions are being called. */
  readonly taken: number
  /** How many runs wait for one. */
  readonly waiting: number
  /** How long the run has waited that waits longest, in ms; 0 when none waits. */
  readonly longestWaitMs: number
}

export interface DrainOptions {
  /** How long executing attempts may take to end by themselves, in ms. 0 tells them at once. @default 30000 */
  readonly timeoutMs?: number
  /** A next attempt that is due within so many ms is still made here; `timeoutMs` bounds it too. @default 0 */
  readonly patienceMs?: number
}

export interface DrainReport {
  /** Whether nothing goes on any more. */
  readonly drained: boolean
  /** The runs that ended during the drain. */
  readonly ended: readonly { readonly runId: string; readonly key: string; readonly status: RunStatus }[]
  /** The actions that go on although they were told to end. */
  readonly left: readonly RunningRun[]
}

/** Runs tasks. See {@link createExecutor}. */
export interface Executor {
  /**
   * Runs a task under a policy and says how it ended; the promise never rejects.
   * @throws S3SchedError `INVALID_TASK` or `INVALID_OPTIONS`, at once and not by the promise.
   */
  run(task: Task | Action, policy?: RunPolicy): Promise<RunOutcome>
  /** Tells a run to end. `false` when there is none of that id. @param reason - @default 'cancelled' */
  cancel(runId: string, reason?: CancelReason | CancelledError): boolean
  /** Everything that executes, waits between attempts or was abandoned; what is queued is only counted. */
  running(): RunningRun[]
  /** How many actions go on although they were told to end. */
  readonly abandoned: number
  /** How many runs wait for their key or for a slot. */
  readonly queued: number
  /** How many of them wait for a slot, and how long. */
  slots(): SlotUse
  /**
   * Ends the executor's work: whatever waits ends as `stopped` at once, but for attempts that are due within `patienceMs`;
   * what executes is let finish, and after `timeoutMs` told to end too. A run asked for from now on ends as `stopped`, for good.
   */
  drain(options?: DrainOptions): Promise<DrainReport>
  /** Drains without patience. Stopping twice is fine. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const DEPS_SPEC = {
  clock: optional(having<Clock>('a Clock', 'now', 'monotonic', 'sleep')),
  random: optional(having<Random>('a Random', 'float', 'id')),
  logger: optional(having<Logger>('a Logger', 'debug', 'info', 'warn', 'error')),
  onSlotWait: optional(func<(wait: SlotWait) => void>('a function')),
}

const DRAIN_SPEC = {
  timeoutMs: number({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 30_000 }),
  patienceMs: number({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
}

const OPTIONS_SPEC = {
  maxConcurrent: integer({ min: 1, max: 100_000, default: 5 }),
  blockedLoopWarningMs: optional(number({ min: 10, max: 2 ** 31 })),
  graceMs: number({ min: 0, max: 2 ** 31, default: 100 }),
}

/**
 * Runs tasks with attempts, timeouts, cancellation and bounded concurrency, in this process. It keeps nothing.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createExecutor(deps: ExecutorDeps = {}, options: ExecutorOptions = {}): Executor {
  const given = resolveOptions('createExecutor', DEPS_SPEC, deps)
  const { clock = systemClock, random = systemRandom } = given
  const logger = guardLogger(given.logger ?? silentLogger)
  const { maxConcurrent, blockedLoopWarningMs, graceMs } = resolveOptions('createExecutor', OPTIONS_SPEC, options)
  const runs = new Set<Run>()
  const leftBehind = new Set<RunningRun>()
  const gate = new KeyGate()
  const slots = new SlotQueue(maxConcurrent)
  const endListeners = new Set<(outcome: RunOutcome) => void>()
  let closed = false

  const suspects = (): WatchedRun[] =>
    [...[...runs].map((run) => describeRun(run, false)), ...leftBehind]
      .filter(({ phase }) => phase === 'running')
      .map(({ key, runId, attempt }) => ({ key, runId, attempt }))

  const onAbandoned = async (run: Run, attempt: number, ended: Promise<unknown>): Promise<void> => {
    const entry = describeRun(run, true)
    const { runId, key } = entry
    const from = clock.monotonic()
    const letGo = gate.abandon(key)
    leftBehind.add(entry)
    logger.warn(`job '${key}' goes on although it was told to end`, { runId, attempt })
    await ended
    leftBehind.delete(entry)
    letGo()
    const lateMs = Math.round(clock.monotonic() - from)
    logger.warn(`job '${key}' ended ${lateMs} ms after it was given up; its result is dropped`, {
      runId,
      attempt,
      lateMs,
    })
  }

  const runDeps: RunDeps = {
    clock,
    random,
    logger,
    gate,
    slots,
    loopWatch:
      blockedLoopWarningMs === undefined ? undefined : new LoopWatch({ clock, logger, suspects }, blockedLoopWarningMs),
    graceMs,
    onSlotWait: given.onSlotWait,
    onAbandoned,
  }

  const live = async (run: Run): Promise<RunOutcome> => {
    runs.add(run)
    if (closed) run.cancel(new CancelledError('stopped'))
    const outcome = await run.live()
    runs.delete(run)
    for (const listener of endListeners) listener(outcome)
    return outcome
  }

  const nothingRuns = (): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (runs.size > 0) return
        endListeners.delete(check)
        resolve()
      }
      endListeners.add(check)
      check()
    })

  const drain = async (drainOptions?: DrainOptions): Promise<DrainReport> => {
    const { patienceMs, timeoutMs } = resolveOptions('drain', DRAIN_SPEC, drainOptions)
    closed = true
    const ended: { runId: string; key: string; status: RunStatus }[] = []
    const note = ({ runId, key, status }: RunOutcome): void => void ended.push({ runId, key, status })
    endListeners.add(note)
    for (const run of runs) run.cancelWhenWaiting(new CancelledError('stopped'), patienceMs)
    const cancelTimer = startTimer(clock, timeoutMs, () => {
      for (const run of runs) run.cancel(new CancelledError('stopped'))
    })
    await nothingRuns()
    cancelTimer()
    endListeners.delete(note)
    return { drained: leftBehind.size === 0, ended, left: [...leftBehind] }
  }

  const stop = async (): Promise<void> => void (await drain({ timeoutMs: 0 }))

  return {
    run: (task, policy) => live(new Run(resolveTask(task, random), resolvePolicy(policy), runDeps)),
    cancel(runId, reason = 'cancelled') {
      const found = [...runs].find((run) => run.task.runId === runId && !run.signal.aborted)
      found?.cancel(typeof reason === 'string' ? new CancelledError(reason) : reason)
      return found !== undefined
    },
    running: () => [
      ...[...runs].filter(({ phase }) => phase !== 'queued').map((run) => describeRun(run, false)),
      ...leftBehind,
    ],
    get abandoned() {
      return leftBehind.size
    },
    get queued() {
      return gate.waiting + slots.waiting
    },
    slots() {
      const waits = [...runs].flatMap(({ slotWaitMs }) => slotWaitMs ?? [])
      const longestWaitMs = waits.reduce((longest, each) => Math.max(longest, each), 0)
      return { max: maxConcurrent, taken: slots.taken, waiting: slots.waiting, longestWaitMs }
    },
    drain,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function describeRun(run: Run, abandoned: boolean): RunningRun {
  const { task, key, attempt, startedAt, phase, progress } = run
  const known = { runId: task.runId, key, attempt, startedAt, phase, abandoned }
  return progress === undefined ? known : { ...known, progress }
}
