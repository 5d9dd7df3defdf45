import type { RunFilter } from '@s3sched/history'
import type { Invocation } from '../invocation.ts'
import type { OptionSpec } from '../option-spec.ts'
import { UsageError } from '../ending.ts'
import { parseInstant } from './instant.ts'
import { parseStatuses } from './statuses.ts'

export interface FilterOptions {
  readonly status?: string
  readonly since?: string
  readonly until?: string
}

export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { flags: '--status <statuses>', description: 'only runs that ended so: failed, or failed,timeout,lost' },
  { flags: '--since <when>', description: 'only runs scheduled since then: 2d, 2026-03-01, 2026-03-01T08:00Z' },
  { flags: '--until <when>', description: 'only runs scheduled before then' },
]

/** A filter with instants in epoch ms. */
export interface CommandFilter extends RunFilter {
  readonly since?: number
  readonly until?: number
}

/** The filter of runs for a command. @throws UsageError */
export function readFilter(invocation: Invocation, options: FilterOptions): CommandFilter {
  const now = invocation.now()
  const since = parseInstant('--since', options.since, now)
  const until = parseInstant('--until', options.until, now)
  if (since !== undefined && until !== undefined && since > until) {
    throw new UsageError(`expected --until not to be before --since, got ${options.until} and ${options.since}`)
  }
  const status = parseStatuses(options.status)
  return {
    ...(invocation.subject === undefined ? {} : { job: invocation.subject }),
    ...(status === undefined ? {} : { status }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}
