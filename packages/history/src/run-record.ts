import {
  describe,
  isBoundedJson,
  isObject,
  JOB_NAME_EXPECTED,
  S3SchedError,
  toBoundedJson,
  type JsonValue,
  type SerializedError,
} from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { isTime } from './inverted-time.ts'
import { isJobName, isRunId } from './run-name.ts'
import { isRunStatus, RUN_STATUSES, type RunStatus } from './run-status.ts'

/** One call of a run's action. */
export interface AttemptRecord {
  /** Counts from 1. */
  readonly attempt: number
  /** Epoch ms. */
  readonly startedAt: number
  readonly durationMs: number
  readonly status: 'success' | 'failed' | 'timeout' | 'cancelled'
  readonly error?: SerializedError
  /** The action continued after the order to end. Its end is not known. */
  readonly abandoned?: true
}

/** A log line of a run. */
export interface LogEntry {
  /** Epoch ms. */
  readonly at: number
  readonly attempt: number
  readonly message: string
  readonly fields?: JsonValue
}

/** The causes of a run. */
export const TRIGGERS = ['schedule', 'manual', 'chain', 'start', 'request', 'backfill'] as const

/** The cause of a run: its tick, a call, a request, a predecessor, or another run. */
export type Trigger = (typeof TRIGGERS)[number]

/** The record of a run, or of ticks that did not run. Instants are epoch ms, durations ms. */
export interface RunRecord {
  /** Unique per run. 1 to 128 of `A-Z a-z 0-9 _ -`. */
  readonly runId: string
  /** Any text of 1 to 128 characters without control characters. */
  readonly job: string
  readonly status: RunStatus
  /** The tick, or the start of a run without a tick. The history is ordered by this time. */
  readonly scheduledTime: number
  /** Absent when no action was called. */
  readonly startedAt?: number
  readonly endedAt: number
  readonly durationMs: number
  readonly attempts: readonly AttemptRecord[]
  /** Return value of the action. */
  readonly result?: unknown
  readonly error?: SerializedError
  /** Reason for a cancelled, skipped, missed or lost run. */
  readonly reason?: string
  readonly log?: readonly LogEntry[]
  readonly trigger: Trigger
  /**
   * The caller's fields for the action's context; `null` for fields that are not plain JSON of at most 64 KiB. Absent for
   * none.
   */
  readonly context?: Readonly<Record<string, unknown>> | null
  /** The writer of the record. */
  readonly workerId: string
  readonly epoch?: number
  readonly fence?: number
  /** Time for which the run waited for a slot. */
  readonly queuedMs?: number
  /** Time from the tick to the start of the run. */
  readonly lagMs?: number
  /** For a range of missed ticks: the first, the last and their number. */
  readonly from?: number
  readonly to?: number
  readonly count?: number
  /**
   * The run was declared lost before this end was known, and another run may have taken its place. Told by the history,
   * and surely so only by a query without a filter by status.
   */
  readonly wasLost?: true
}

const MAX_RECORD_BYTES = 524_288
const MAX_ERROR_BYTES = 16_384
const MAX_LOG_BYTES = 65_536

/**
 * A record for the store: checked, and limited to 512 KiB; the result to 64 KiB.
 * @throws {@link S3SchedError} `INVALID_RECORD`, naming each field that is wrong.
 */
export function encodeRun(run: RunRecord): Fields {
  const problems = problemsOf(run)
  if (problems.length > 0) {
    throw new S3SchedError(`run record: ${problems.join('; ')}`, { code: 'INVALID_RECORD', context: { problems } })
  }
  // Nearly every run: as a whole it is smaller than the least bound of its parts.
  if (isBoundedJson(run, MAX_ERROR_BYTES)) return run as unknown as Fields
  const { result, error, log, attempts, ...plain } = run
  const bounded = {
    ...plain,
    ...(error === undefined ? {} : { error: toBoundedJson(error, MAX_ERROR_BYTES) }),
    ...(result === undefined ? {} : { result: toBoundedJson(result) }),
    ...(log === undefined ? {} : { log: toBoundedJson(log, MAX_LOG_BYTES) }),
    attempts,
  }
  return toBoundedJson(bounded, MAX_RECORD_BYTES) as Fields
}

const NO_PROBLEMS: readonly string[] = []

type Check = readonly [field: keyof RunRecord, expected: string, accepts: (value: unknown) => boolean]

const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1e15
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isText = (value: unknown): boolean => typeof value === 'string'
const isList = (value: unknown): boolean => Array.isArray(value)
/** A string stands for attempts that were cut off. */
const isAttempt = (value: unknown): boolean =>
  isText(value) || (isObject(value) && isCount((value as Partial<AttemptRecord>).attempt))
const isError = (value: unknown): boolean => {
  if (!isObject(value)) return false
  const { name, message } = value as Partial<SerializedError>
  return isText(name) && isText(message)
}
const orAbsent =
  (accepts: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || accepts(value)

const CHECKS: readonly Check[] = [
  ['runId', '1 to 128 of A-Z a-z 0-9 _ -', isRunId],
  ['job', JOB_NAME_EXPECTED, isJobName],
  ['status', `one of ${RUN_STATUSES.join(', ')}`, isRunStatus],
  ['scheduledTime', 'epoch ms', isTime],
  ['startedAt', 'epoch ms', orAbsent(isTime)],
  ['endedAt', 'epoch ms', isTime],
  ['durationMs', 'ms >= 0', isDuration],
  ['attempts', 'a list', (value) => isList(value) && (value as unknown[]).every(isAttempt)],
  ['error', 'an error with name and message', orAbsent(isError)],
  ['reason', 'a string', orAbsent(isText)],
  ['log', 'a list', orAbsent(isList)],
  ['context', 'an object or null', orAbsent((value) => value === null || isObject(value))],
  ['trigger', `one of ${TRIGGERS.join(', ')}`, (value) => TRIGGERS.includes(value as Trigger)],
  ['workerId', 'a string', isText],
  ['from', 'epoch ms', orAbsent(isTime)],
  ['to', 'epoch ms', orAbsent(isTime)],
  ['count', 'an integer >= 0', orAbsent(isCount)],
  ['wasLost', 'true', orAbsent((value) => value === true)],
]

export function problemsOf(run: unknown): readonly string[] {
  if (typeof run !== 'object' || run === null) return [`expected an object, got ${describe(run)}`]
  const fields = run as Readonly<Record<string, unknown>>
  const isFine = CHECKS.every((check) => check[2](fields[check[0]]))
  if (isFine) return NO_PROBLEMS
  return CHECKS.filter(([field, , accepts]) => !accepts(fields[field])).map(
    ([field, expected]) => `expected ${field} to be ${expected}, got ${describe(fields[field])}`,
  )
}
