import type { Invocation } from './invocation.ts'

/**
 * An unknown job is an error, unlike a job without runs: 1 GET and 1 LIST, and 1 GET more where there is no run.
 * @throws SchedulerError `JOB_NOT_FOUND`
 */
export async function refuseUnknownJob(invocation: Invocation): Promise<void> {
  const { io, subject } = invocation
  if (subject === undefined) return
  const operator = invocation.operator()
  const { signal } = io
  const runs = await operator.history.timeline({ job: subject, limit: 1, signal })
  if (runs.length === 0) await operator.job(subject, signal)
}
