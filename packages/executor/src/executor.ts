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
  Timers,
} from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import { CancelledError, type CancelReason } from './cancelled-error.ts'
import { describeRun, reportOf, type RunningRun, type RunReport } from './running-run.ts'
import { AbandonedActions } from './abandoned-actions.ts'
import { GroupPlaces, type GroupUse } from './group-places.ts'
import { KeyGate } from './key-gate.ts'
import { LoopWatch, type WatchedRun } from './loop-watch.ts'
import { refuseMisplaced } from './misplaced-option.ts'
import type { RunOutcome, RunStatus } from './run-outcome.ts'
import { resolvePolicy, type OwnPolicy, type ResolvedPolicy, type RunPolicy } from './run-policy.ts'
import { Run, type RunDeps } from './run.ts'
import type { SlotWait } from './run-turns.ts'
import { SlotQueue } from './slot-queue.ts'
import { resolveTask, type Action, type Task } from './task.ts'

/** The live things that an executor needs. */
export interface ExecutorDeps {
  /** @default the machine's */
  readonly clock?: Clock
  /** Decides the jitter of retries. @default the machine's */
  readonly random?: Random
  /** Receives warnings of abandoned actions, blocked event loops and throwing hooks. @default says nothing */
  readonly logger?: Logger
  /** Called for each run that had to wait for a slot, once the run has the slot. */
  readonly onSlotWait?: (wait: SlotWait) => void
}

/** The bounds of an executor. */
export interface ExecutorOptions {
  /** The number of concurrent actions; abandoned actions don't count. 1 to 100000. @default 5 */
  readonly maxConcurrent?: number
  /**
   * A block of the event loop this long or longer is logged with the suspected runs, in ms, at least 10.
   * @default it is not watched
   */
  readonly blockedLoopWarningMs?: number
  /** A warning is logged when this many abandoned actions go on at once, at least 1. @default 10 */
  readonly manyAbandoned?: number
  /** Time for an action to end after its signal, in ms; then the action counts as abandoned. @default 100 */
  readonly graceMs?: number
}

/** The use of the slots at a moment. */
export interface SlotUse {
  /** `maxConcurrent`. */
  readonly max: number
  /** The number of slots in use. */
  readonly taken: number
  /** The number of runs waiting for a slot. */
  readonly waiting: number
  /** The longest wait among the waiting runs, in ms; 0 when no run waits. */
  readonly longestWaitMs: number
  /** The number of actions that go on although their signals aborted; they use no slot. */
  readonly abandoned: number
  /** The use of the concurrency groups with runs now, by name; absent for none. */
  readonly groups?: Readonly<Record<string, GroupUse>>
}

/** The patience of a drain. */
export interface DrainOptions {
  /** Time for executing attempts to end by themselves, in ms. With 0 their signals abort at once. @default 30000 */
  readonly timeoutMs?: number
  /** A next attempt due within this time is still made here, in ms; `timeoutMs` bounds the attempt too. @default 0 */
  readonly patienceMs?: number
}

/** The result of a drain. */
export interface DrainReport {
  /** True if no action goes on any more. */
  readonly drained: boolean
  /** The runs that ended during the drain. */
  readonly ended: readonly { readonly runId: string; readonly key: string; readonly status: RunStatus }[]
  /** The actions that go on although their signals aborted. */
  readonly left: readonly RunningRun[]
}

/** Runs tasks. See {@link createExecutor}. */
export interface Executor {
  /**
   * Runs a task under a policy and returns the outcome; the promise never rejects.
   * @throws S3SchedError `INVALID_TASK` or `INVALID_OPTIONS`, synchronously and not by the promise.
   */
  run(task: Task | Action, policy?: RunPolicy): Promise<RunOutcome>
  /**
   * Like {@link run}, for callers that make many runs under one policy: nothing is checked again.
   * @param policy - from {@link resolvePolicy}
   * @param own - takes the place of the same fields of `policy`
   */
  runChecked(task: Required<Task>, policy: ResolvedPolicy, own: OwnPolicy): Promise<RunOutcome>
  /** Tells a run to end. `false` when no run has the id. @param reason - @default 'cancelled' */
  cancel(runId: string, reason?: CancelReason | CancelledError): boolean
  /**
   * The executing runs, the runs between attempts and the abandoned actions; queued runs are only counted.
   * @param key - those of one key alone; a look among very many runs is cheap then
   */
  running(key?: string): RunningRun[]
  /** What an open run has reported so far; `undefined` when no run has the id. */
  report(runId: string): RunReport | undefined
  /** The number of actions that go on although their signals aborted. */
  readonly abandoned: number
  /** The number of runs waiting for their key, for their group or for a slot. */
  readonly queued: number
  /** The slots in use, and the runs waiting for a slot. */
  slots(): SlotUse
  /**
   * Ends the executor's work. Every waiting run ends as `stopped` at once, except before attempts due within
   * `patienceMs`. Executing attempts may finish until `timeoutMs`; then their signals abort too. Every later run ends
   * as `stopped`, for good.
   */
  drain(options?: DrainOptions): Promise<DrainReport>
  /** Drains with `timeoutMs: 0`. Stopping twice is fine. */
  stop(): Promise<void>
  /** The same as `stop()`. */
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
  manyAbandoned: integer({ min: 1, max: 1_000_000, default: 10 }),
}

/**
 * Runs tasks with attempts, timeouts, cancellation and bounded concurrency, in this process. The executor stores
 * nothing.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function createExecutor(deps: ExecutorDeps = {}, options: ExecutorOptions = {}): Executor {
  refuseMisplaced('createExecutor', deps, OPTIONS_SPEC)
  const given = resolveOptions('createExecutor', DEPS_SPEC, deps)
  const { clock = systemClock, random = systemRandom } = given
  const logger = guardLogger(given.logger ?? silentLogger)
  const { maxConcurrent, blockedLoopWarningMs, graceMs, manyAbandoned } = resolveOptions(
    'createExecutor',
    OPTIONS_SPEC,
    options,
  )
  const runs = new Set<Run>()
  const abandoned = new AbandonedActions({ clock, logger }, manyAbandoned)
  const gate = new KeyGate<Run>()
  const slots = new SlotQueue(maxConcurrent)
  const groups = new GroupPlaces()
  const timers = new Timers(clock)
  const endListeners = new Set<(outcome: RunOutcome) => void>()
  let closed = false

  const suspects = (): WatchedRun[] =>
    [...[...runs].map((run) => describeRun(run, false)), ...abandoned.all()]
      .filter(({ phase }) => phase === 'running')
      .map(({ key, runId, attempt }) => ({ key, runId, attempt }))

  const onAbandoned = async (run: Run, attempt: number, ended: Promise<unknown>): Promise<void> => {
    const freeKey = run.onHang === 'wait' ? gate.abandon(run.key) : undefined
    await abandoned.watch({ ...describeRun(run, true), attempt }, ended)
    freeKey?.()
  }

  const loopWatch =
    blockedLoopWarningMs === undefined
      ? undefined
      : new LoopWatch({ clock, timers, logger, suspects }, blockedLoopWarningMs)
  const runDeps: RunDeps = {
    env: { logger, random },
    gate,
    turns: { clock, slots, groups },
    attempts: { clock, timers, loopWatch, graceMs },
    host: {
      onSlotWait: given.onSlotWait,
      onAbandoned,
      onEnded: (run, outcome) => {
        runs.delete(run)
        for (const listener of endListeners) listener(outcome)
      },
    },
  }

  const live = (run: Run): Promise<RunOutcome> => {
    runs.add(run)
    if (closed) run.cancel(new CancelledError('stopped'))
    return run.live()
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
    const cancelTimer = timers.start(timeoutMs, () => {
      for (const run of runs) run.cancel(new CancelledError('stopped'))
    })
    await nothingRuns()
    cancelTimer()
    endListeners.delete(note)
    return { drained: abandoned.size === 0, ended, left: abandoned.all() }
  }

  const runningNow = (key: string | undefined): RunningRun[] => [
    ...[...(key === undefined ? runs : gate.inside(key))]
      .filter(({ phase }) => phase !== 'queued')
      .map((run) => describeRun(run, false)),
    ...abandoned.all().filter((action) => key === undefined || action.key === key),
  ]

  const stop = async (): Promise<void> => void (await drain({ timeoutMs: 0 }))

  return {
    run: (task, rules) => {
      const policy = resolvePolicy(rules)
      return live(new Run(resolveTask(task, random), policy, policy, runDeps))
    },
    runChecked: (task, policy, own) => live(new Run(task, policy, own, runDeps)),
    cancel(runId, reason = 'cancelled') {
      const found = [...runs].find((run) => run.task.runId === runId && !run.ending.aborted)
      found?.cancel(typeof reason === 'string' ? new CancelledError(reason) : reason)
      return found !== undefined
    },
    running: (key) => {
      if (key !== undefined && abandoned.size === 0 && !gate.isBusy(key)) return []
      return runningNow(key)
    },
    report(runId) {
      const found = [...runs].find((run) => run.task.runId === runId)
      return found === undefined ? undefined : reportOf(found)
    },
    get abandoned() {
      return abandoned.size
    },
    get queued() {
      return gate.waiting + groups.waiting + slots.waiting
    },
    slots() {
      const waits = [...runs].flatMap(({ slotWaitMs }) => slotWaitMs ?? [])
      const used = groups.use()
      const longestWaitMs = waits.reduce((longest, each) => Math.max(longest, each), 0)
      return {
        max: maxConcurrent,
        taken: slots.taken,
        waiting: slots.waiting,
        longestWaitMs,
        abandoned: abandoned.size,
        ...(used === undefined ? {} : { groups: used }),
      }
    },
    drain,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
