import { nameAdvice } from '@s3sched/kernel'
import { type LocalJob, type Mistakes, SchedulerError } from '@s3sched/jobs'

/**
 * Refuses jobs whose `after` names no job, and jobs that wait for each other.
 *
 * @param mistakes - collects each missing predecessor and each cycle
 * @param refused - jobs refused for another mistake: such a job counts as an existing predecessor
 */
export function checkJobGraph(
  jobs: ReadonlyMap<string, LocalJob>,
  mistakes: Mistakes,
  refused: ReadonlySet<string> = new Set(),
): void {
  for (const { name, spec } of jobs.values()) {
    for (const predecessor of spec.after) {
      if (jobs.has(predecessor) || refused.has(predecessor)) continue
      mistakes.collect(() => {
        throw missingPredecessor(name, predecessor, jobs)
      })
    }
  }
  const settled = new Set<string>()
  for (const { name, spec } of jobs.values()) {
    if (spec.after.length > 0) mistakes.collect(() => visit(name, [], settled, jobs))
  }
}

function missingPredecessor(name: string, predecessor: string, jobs: ReadonlyMap<string, LocalJob>): SchedulerError {
  const others = [...jobs.keys()].filter((other) => other !== name)
  return new SchedulerError(`Job '${name}' comes after '${predecessor}', and there is no such job`, {
    code: 'INVALID_JOB',
    suggestion: nameAdvice(predecessor, others, `Define '${predecessor}' first`),
    context: { jobName: name, predecessor },
  })
}

function visit(name: string, path: readonly string[], settled: Set<string>, jobs: ReadonlyMap<string, LocalJob>): void {
  if (settled.has(name)) return
  if (path.includes(name)) {
    // Settled, so a cycle is reported only once and not from all jobs of the cycle.
    for (const visited of path) settled.add(visited)
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
