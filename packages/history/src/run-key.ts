/**
 * The names of a run's objects. The key contains all data of a timeline entry, so that a timeline costs one LIST and no
 * GET.
 *
 *     runs/<job>/<inverted time>.<status>.<duration ms>.<attempts>.<run id>.json
 *     failures/<inverted time>.<job>.<run id>.<status>            (empty; when the status is not success)
 *
 * The time is the tick's, or a manual run's start, and known before the run ends: one LIST with the prefix
 * `runs/<job>/<inverted time>.` tells whether a run has a record. With an inverted time (`9999999999999 - ms`, 13
 * digits), a plain LIST returns the newest run first. A job's name may contain dots and a run id may not: in a
 * failure's key the job's name is the part between the first dot and the last dot but one.
 */
import { describe, isKeyName as isJobName, S3SchedError } from '@s3sched/kernel'
import { isRunStatus, type RunStatus } from './run-status.ts'

export { isJobName }

/** The latest time with a key: the year 2286. */
export const LATEST_TIME = 9_999_999_999_999

/** The data in a run's key. */
export interface RunKey {
  readonly job: string
  readonly runId: string
  /** The tick, or the start of a run without a tick; epoch ms. */
  readonly scheduledTime: number
  readonly status: RunStatus
  readonly durationMs: number
  /** Number of attempts. */
  readonly attempts: number
}

const RUN_ID = /^[A-Za-z0-9_-]{1,128}$/
const RUN_FILE = /^(\d{13})\.([a-z]+)\.(\d{1,16})\.(\d{1,6})\.([A-Za-z0-9_-]{1,128})\.json$/
const FAILURE_FILE = /^(\d{13})\.(.+)\.([A-Za-z0-9_-]{1,128})\.([a-z]+)$/

export const RUNS = 'runs/'
export const FAILURES = 'failures/'

export function runKey(run: RunKey): string {
  const { job, scheduledTime, status, durationMs, attempts, runId } = run
  return `${jobPrefix(job)}${invertTime(scheduledTime)}.${status}.${durationMs}.${attempts}.${runId}.json`
}

export function failureKey({ job, scheduledTime, runId, status }: FailureKey): string {
  return `${FAILURES}${invertTime(scheduledTime)}.${job}.${runId}.${status}`
}

/** Prefix of all runs of a job. */
export function jobPrefix(job: string): string {
  return `${RUNS}${job}/`
}

/** Prefix of the runs of one tick of a job. */
export function tickPrefix(job: string, time: number): string {
  return `${jobPrefix(job)}${invertTime(time)}.`
}

/** `undefined` for an object other than a run record. */
export function parseRunKey(key: string): RunKey | undefined {
  const [folder, job, file, ...rest] = key.split('/')
  const parts = RUN_FILE.exec(file ?? '')
  if (`${folder}/` !== RUNS || !isJobName(job) || rest.length > 0 || parts === null) return undefined
  const [, inverted = '', status, durationMs, attempts, runId = ''] = parts
  if (!isRunStatus(status)) return undefined
  return {
    job,
    runId,
    scheduledTime: revertTime(inverted),
    status,
    durationMs: Number(durationMs),
    attempts: Number(attempts),
  }
}

/** The name of a run of a tick. */
export type RunName = Pick<RunKey, 'job' | 'scheduledTime' | 'runId'>

/** The data in a failure's key. */
export type FailureKey = RunName & Pick<RunKey, 'status'>

export function parseFailureKey(key: string): FailureKey | undefined {
  const parts = key.startsWith(FAILURES) ? FAILURE_FILE.exec(key.slice(FAILURES.length)) : null
  if (parts === null) return undefined
  const [, inverted = '', job = '', runId = '', status] = parts
  return isJobName(job) && isRunStatus(status) && status !== 'success'
    ? { job, runId, scheduledTime: revertTime(inverted), status }
    : undefined
}

/** 13 digits that sort later times first. @param time - epoch ms, an integer from 0 to {@link LATEST_TIME} */
export function invertTime(time: number): string {
  return String(LATEST_TIME - time).padStart(13, '0')
}

export function revertTime(inverted: string): number {
  return LATEST_TIME - Number(inverted)
}

export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= LATEST_TIME
}

export function isRunId(value: unknown): value is string {
  return typeof value === 'string' && RUN_ID.test(value)
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` */
export function checkJobName(job: unknown): asserts job is string {
  if (!isJobName(job)) throw invalidArgument('job to be 1 to 128 of A-Z a-z 0-9 _ . -', job)
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` */
export function checkRunId(runId: unknown): asserts runId is string {
  if (!isRunId(runId)) throw invalidArgument('runId to be 1 to 128 of A-Z a-z 0-9 _ -', runId)
}

export function invalidArgument(expected: string, value: unknown): S3SchedError {
  return new S3SchedError(`expected ${expected}, got ${describe(value)}`, { code: 'INVALID_ARGUMENT' })
}
