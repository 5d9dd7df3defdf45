import { type JobSpec, type LocalJob, type Mistakes, SchedulerError } from '@s3sched/jobs'

/**
 * Refuses added jobs with another limit for their group than an earlier job has.
 * @param added - the names of the added jobs
 */
export function checkGroupLimits(
  jobs: ReadonlyMap<string, LocalJob>,
  added: readonly string[],
  mistakes: Mistakes,
): void {
  const grouped = added.flatMap((name) => jobs.get(name) ?? []).filter(({ spec }) => spec.group !== null)
  if (grouped.length === 0) return
  const first = new Map<string, LocalJob>()
  for (const job of jobs.values()) {
    const { group } = job.spec
    if (group !== null && !first.has(group)) first.set(group, job)
  }
  for (const { name, spec } of grouped) {
    const { group } = spec
    const other = first.get(group ?? '')
    if (other === undefined || limitText(other.spec) === limitText(spec)) continue
    mistakes.collect(() => {
      throw new SchedulerError(
        `Job '${name}': expected groupLimit ${limitText(other.spec)} for group '${group}', as job '${other.name}' has it, got ${limitText(spec)}`,
        {
          code: 'INVALID_JOB',
          suggestion: 'Give all jobs of a group the same groupLimit',
          context: { jobName: name, group },
        },
      )
    })
  }
}

function limitText({ groupFleetLimit, groupLimit }: JobSpec): string {
  return groupFleetLimit === 0 ? String(groupLimit) : `{ process: ${groupLimit}, fleet: ${groupFleetLimit} }`
}
