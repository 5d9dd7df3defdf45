import type { FleetView, HealthFinding } from './fleet-view.ts'

/**
 * The findings on jobs that other code has defined for an hour or longer. An instance with such jobs has their number in its
 * member object, and the first few names. Each named job has a finding of its own, which a view of the job can show.
 */
export function findingsOfRedefined({ workers }: Pick<FleetView, 'workers'>): HealthFinding[] {
  const tellers = workers.flatMap(({ notes, workerId }) => {
    const { count, jobs } = (notes?.['redefined'] ?? {}) as { readonly count?: unknown; readonly jobs?: unknown }
    return typeof count === 'number' && Array.isArray(jobs) ? [{ workerId, count, jobs: jobs.map(String) }] : []
  })
  const named = [...new Set(tellers.flatMap(({ jobs }) => jobs))]
  const findings = named.map((job) =>
    finding(
      job,
      'it',
      tellers.filter(({ jobs }) => jobs.includes(job)),
    ),
  )
  const withMore = tellers.filter(({ count }) => count > named.length)
  if (withMore.length === 0) return findings
  const more = Math.max(...withMore.map(({ count }) => count)) - named.length
  return [...findings, finding(null, more === 1 ? '1 more job' : `${more} more jobs`, withMore)]
}

function finding(job: string | null, what: string, tellers: readonly { readonly workerId: string }[]): HealthFinding {
  const ids = tellers.map(({ workerId }) => workerId).join(', ')
  return {
    level: 'notice',
    code: 'JOB_REDEFINED',
    job,
    message: `other code than that of ${ids} has defined ${what} for an hour or longer`,
    advice: 'Give each deployment a prefix of its own; or stop the instances of the old version',
  }
}
