/** The field `after` of a definition: the jobs that a job comes after, and the ends that count. */
import { isObject } from '@s3sched/kernel'
import { SchedulerError, type AfterOn, type JobSpec, type Predecessor } from '@s3sched/jobs'

const isPredecessor = (value: unknown): value is Predecessor => {
  if (typeof value === 'string') return true
  if (!isObject(value) || typeof value['job'] !== 'string') return false
  const { job: _, on = 'success', ...others } = value
  return ['success', 'failure', 'end'].includes(on as string) && Object.keys(others).length === 0
}

export const isAfter = (value: unknown): value is Predecessor | readonly Predecessor[] =>
  Array.isArray(value) ? value.every(isPredecessor) : isPredecessor(value)

export function predecessorsOf(after: Predecessor | readonly Predecessor[]): readonly { job: string; on: AfterOn }[] {
  const list = Array.isArray(after) ? (after as readonly Predecessor[]) : [after as Predecessor]
  return list.map((each) => (typeof each === 'string' ? { job: each, on: 'success' } : { on: 'success', ...each }))
}

/** By predecessor, the ends that count, but for the usual one. */
export function otherEnds(after: Predecessor | readonly Predecessor[]): NonNullable<JobSpec['afterOn']> {
  return Object.fromEntries(predecessorsOf(after).flatMap(({ job, on }) => (on === 'success' ? [] : [[job, on]])))
}

/** @throws SchedulerError `INVALID_JOB` for a job that comes after itself, or twice after another job */
export function checkAfter(name: string, after: unknown): void {
  if (!isAfter(after)) return
  const names = predecessorsOf(after).map(({ job }) => job)
  const twice = names.find((each, index) => names.indexOf(each) < index)
  if (twice !== undefined) {
    throw new SchedulerError(`Job '${name}' comes after '${twice}' twice`, {
      code: 'INVALID_JOB',
      suggestion: "Name it once; on: 'end' stands for success and failure",
      context: { jobName: name, predecessor: twice },
    })
  }
  if (!names.includes(name)) return
  throw new SchedulerError(`Job '${name}' can't come after itself`, {
    code: 'INVALID_JOB',
    context: { jobName: name },
  })
}
