import type { RunRecord } from '@s3sched/history'
import type { RunningView } from '@s3sched/operator'
import type { Invocation } from '../invocation.ts'
import { logLines } from './log-lines.ts'
import { plainText } from './plain-text.ts'
import { whyOf } from './run-columns.ts'
import { formatDuration } from './times.ts'

/** The part of a run for readers of its log. */
export function logOf({ job, log = [], runId, scheduledTime, status }: RunRecord): Readonly<Record<string, unknown>> {
  return { job, runId, scheduledTime, status, log }
}

/** An ended run in a line, and the lines of its log. */
export function runLogText(invocation: Invocation, run: RunRecord): string {
  const { styles } = invocation
  const took = run.startedAt === undefined ? '' : ` after ${formatDuration(run.durationMs)}`
  const why = whyOf(run)
  const status = styles.status(run.status, run.status)
  const title = `${styles.bold(invocation.at(run.scheduledTime))}  ${run.runId}  ${status}${took}`
  const lines = logLines(invocation, run.log ?? []).map((line) => `  ${line}`)
  return [why === '' ? title : `${title}: ${plainText(why)}`, ...lines].join('\n')
}

/** A run without an end in a line. */
export function openRunText(
  invocation: Invocation,
  { claimedAt, retryAfter, runId, scheduledTime, workerId }: RunningView,
): string {
  const { styles } = invocation
  const title = `${styles.bold(invocation.at(scheduledTime))}  ${runId}  ${styles.warn('running')}`
  const since = `claimed ${invocation.distance(claimedAt)} by ${plainText(workerId)}`
  if (retryAfter === null) return `${title}, ${since}`
  const { attempt, error, notBefore } = retryAfter
  const next = `the next is ${invocation.distance(notBefore)}`
  return `${title}, ${since}; attempt ${attempt} failed: ${plainText(error)}; ${next}`
}
