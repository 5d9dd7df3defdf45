import { type LocalJob, type Mistakes, SchedulerError } from '@s3sched/jobs'

/**
 * Refuses added jobs with another limit for their group than an earlier job has.
 * @param added - the names of the added jobs
 */
export function checkGroupLimits(
  jobs: ReadonlyMap<string, LocalJob>,
  added: readonly string[],
  mistakes: Mistakes,
): void {
  const grouped = added.flatMap((name) => jobs.get(name) ?? []).filter(({ group }) => group !== undefined)
  if (grouped.length === 0) return
  const first = new Map<string, LocalJob>()
  for (const job of jobs.values()) if (job.group !== undefined && !first.has(job.group)) first.set(job.group, job)
  for (const { group, groupLimit, name } of grouped) {
    const other = first.get(group ?? '')
    if (other === undefined || other.groupLimit === groupLimit) continue
    mistakes.collect(() => {
      throw new SchedulerError(
        `Job '${name}': expected groupLimit ${other.groupLimit} for group '${group}', as job '${other.name}' has it, got ${groupLimit}`,
        {
          code: 'INVALID_JOB',
          suggestion: 'Give all jobs of a group the same groupLimit',
          context: { jobName: name, group },
        },
      )
    })
  }
}
