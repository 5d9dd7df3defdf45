import { currentRun } from '@s3sched/executor'
import type { JobContext } from '../../src/index.ts'

/** Tells all that an isolated action has. */
export default async function report(database: unknown, context: JobContext): Promise<unknown> {
  const { attempt, epoch, fence, jobName, lastRun, log, logger, progress, runId, scheduledTime, signal } = context
  log('begins', { attempt })
  progress(0.5)
  logger.warn('from the worker', { runId })
  if (attempt < Number(context['failUntil'] ?? 0)) throw new TypeError(`attempt ${attempt} fails`)
  await Promise.resolve()
  return {
    attempt,
    database,
    epoch,
    fence,
    isAborted: signal.aborted,
    isSameRun: currentRun()?.runId === runId,
    jobName,
    lastRun,
    pid: process.pid,
    scheduledTime,
    size: context['size'],
  }
}
