/**
 * A single pass of `runDue()`, bounded in time.
 *
 * A platform that calls a function ends the function without a word at its own limit: records would then miss, and runs
 * would count as going on until their member object is old. So a pass that reaches its limit is stopped as an instance
 * is stopped at a deploy: nothing more is claimed, open runs get their signal, and their ends are written.
 *
 * Each pass has a scheduler of its own. Several passes of a process never stop each other's runs, and each pass is a
 * member of the fleet with a name of its own, as if it ran in another process.
 */
import { describe, having, hideInText, LATE, messageOf, orLate, S3SchedError } from '@s3sched/kernel'
import { restOf, type Limit } from './limit.ts'

/** Makes the scheduler of a pass: a new scheduler for each call. */
export type MakeScheduler<Args extends readonly unknown[]> = (
  ...args: Args
) => PassingScheduler | Promise<PassingScheduler>

/** The part of a scheduler in use: each scheduler of `createScheduler` has it, and each `SchedulerPlugin`. */
export interface PassingScheduler {
  /** Adds a listener for the starts of runs, or for their successes. */
  on(event: 'jobStarted' | 'jobCompleted', listener: (run: Omit<PassedRun, 'status'>) => void): unknown
  /** Adds a listener for the runs that ended without success. */
  on(event: 'jobFailed', listener: (run: PassedRun) => void): unknown
  /** One pass over everything that is due. */
  runDue(): Promise<unknown>
  /** Tells open runs to end after `timeout` ms, and writes their ends. */
  stop(options: { readonly timeout: number }): Promise<void>
}

/** A run of a pass. */
export interface PassedRun {
  /** The name of the job. */
  readonly jobName: string
  /** The id of the run. */
  readonly runId: string
  /** `running`: the run did not end, although its signal was aborted. */
  readonly status: 'success' | 'failed' | 'timeout' | 'cancelled' | 'running'
}

/** The result of a pass, as the caller of the function gets it. */
export interface DuePass {
  /**
   * - `done`: everything that was due has ended; failed runs included
   * - `cut`: the limit was reached, and open runs were told to end; the next pass does the rest
   * - `failed`: some work could not be done, see `error`; the next pass does the rest
   */
  readonly outcome: 'done' | 'cut' | 'failed'
  /** The runs of this pass, in the order of their starts. */
  readonly runs: readonly PassedRun[]
  /** The time of the pass, in ms. */
  readonly durationMs: number
  /** The reason of the outcome `failed`. */
  readonly error?: PassError
}

/** The error of a failed pass, as JSON. */
export interface PassError {
  /** The code of the error, such as `STORE`. */
  readonly code: string
  /** The message, without secrets. */
  readonly message: string
  /** True where the next call may succeed with nothing changed. */
  readonly retriable: boolean
}

/** Never rejects. Resolves at most 5 s after the limit, even if the store or `make` does not answer. */
export async function passDue(
  make: () => PassingScheduler | Promise<PassingScheduler>,
  limit: Limit,
): Promise<DuePass> {
  const { clock, limitMs } = limit
  const startedAt = clock.monotonic()
  const ended = (outcome: DuePass['outcome'], runs: readonly PassedRun[], error?: unknown): DuePass => {
    const durationMs = Math.round(clock.monotonic() - startedAt)
    return { outcome, runs, durationMs, ...(error === undefined ? {} : { error: passError(error) }) }
  }
  const begin = async (): Promise<PassingScheduler> => checkScheduler(await make())
  let scheduler: PassingScheduler | typeof LATE
  try {
    scheduler = await orLate(clock, limitMs, begin())
  } catch (error) {
    return ended('failed', [], error)
  }
  if (scheduler === LATE) return ended('failed', [], noScheduler(limitMs))
  const runs = watchRuns(scheduler)
  const pass = scheduler.runDue().then(
    () => ({ outcome: 'done' as const, error: undefined }),
    (error: unknown) => ({ outcome: 'failed' as const, error }),
  )
  const passed = await orLate(clock, restOf(limit, startedAt).limitMs, pass)
  const { outcome, error } = passed === LATE ? { outcome: 'cut' as const, error: undefined } : passed
  try {
    await scheduler.stop({ timeout: 0 })
  } catch (stopError) {
    return ended('failed', [...runs.values()], error ?? stopError)
  }
  return ended(outcome, [...runs.values()], error)
}

const SCHEDULER = having<PassingScheduler>('a scheduler', 'on', 'runDue', 'stop')

/** A function with braces and without a `return` gives none. */
function checkScheduler(made: unknown): PassingScheduler {
  if (SCHEDULER.accepts(made)) return made
  throw new S3SchedError(
    `expected the function to return a scheduler, with on, runDue and stop, got ${describe(made)}`,
    {
      code: 'INVALID_OPTIONS',
      suggestion: 'Give () => createScheduler({ … }), without braces or with a return',
    },
  )
}

/** A scheduler that comes later has not begun, so nothing of it has to be stopped. */
function noScheduler(limitMs: number): S3SchedError {
  return new S3SchedError(`expected a scheduler within ${Math.round(limitMs)} ms, got none`, {
    code: 'TIMEOUT',
    retriable: true,
    suggestion: 'Check the function that makes the scheduler: it waits for something',
  })
}

function watchRuns(scheduler: PassingScheduler): ReadonlyMap<string, PassedRun> {
  const runs = new Map<string, PassedRun>()
  const note = ({ jobName, runId }: Omit<PassedRun, 'status'>, status: PassedRun['status']): void =>
    void runs.set(runId, { jobName, runId, status })
  scheduler.on('jobStarted', (run) => note(run, 'running'))
  scheduler.on('jobCompleted', (run) => note(run, 'success'))
  scheduler.on('jobFailed', (run) => note(run, run.status))
  return runs
}

function passError(error: unknown): PassError {
  if (error instanceof S3SchedError) return { code: error.code, message: error.message, retriable: error.retriable }
  return { code: 'UNKNOWN', message: hideInText(messageOf(error)), retriable: false }
}

/** The error of a failed pass, for platforms that know a failure by an exception. */
export function failureOf({ error, runs }: DuePass): S3SchedError {
  const { code = 'UNKNOWN', message = 'the pass failed', retriable = false } = error ?? {}
  return new S3SchedError(message, { code, retriable, context: { runs } })
}
