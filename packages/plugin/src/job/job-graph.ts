import { didYouMean } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'
import type { LocalJob } from './local-job.ts'

/**
 * Refuses jobs whose `after` names nobody, or that wait for each other.
 * @throws SchedulerError `INVALID_JOB`, naming the missing predecessor or the whole cycle
 */
export function checkJobGraph(jobs: ReadonlyMap<string, LocalJob>): void {
  for (const { name, spec } of jobs.values()) {
    for (const predecessor of spec.after) {
      if (jobs.has(predecessor)) continue
      const meant = didYouMean(predecessor, [...jobs.keys()])
      throw new SchedulerError(`Job '${name}' comes after '${predecessor}', and there is no such job`, {
        code: 'INVALID_JOB',
        suggestion: meant === undefined ? `Define '${predecessor}' first` : `Did you mean '${meant}'?`,
        context: { jobName: name, predecessor },
      })
    }
  }
  const settled = new Set<string>()
  for (const { name, spec } of jobs.values()) if (spec.after.length > 0) visit(name, [], settled, jobs)
}

function visit(name: string, path: readonly string[], settled: Set<string>, jobs: ReadonlyMap<string, LocalJob>): void {
  if (settled.has(name)) return
  if (path.includes(name)) {
    const cycle = [...path.slice(path.indexOf(name)), name]
    throw new SchedulerError(`Jobs wait for each other: ${cycle.join(' after ')}`, {
      code: 'INVALID_JOB',
      suggestion: "Take one 'after' out of the circle",
      context: { cycle },
    })
  }
  for (const predecessor of jobs.get(name)?.spec.after ?? []) visit(predecessor, [...path, name], settled, jobs)
  settled.add(name)
}
