import { resolvePolicy, type Backoff, type ResolvedPolicy, type RunPolicy } from '@s3sched/executor'
import type { JobSpec, LocalJob } from '@s3sched/jobs'

type Own = Pick<LocalJob, 'backoff' | 'graceMs' | 'onHang'>

interface Known extends Own {
  readonly policy: ResolvedPolicy
}

/** Jobs that share a specification have few policies: most differ in nothing. */
const MOST_OF_A_SPEC = 16

/**
 * The executor's policies of jobs, each checked once. Jobs that were added together with equal specifications share the
 * specification, and so their policy.
 */
export class JobPolicies {
  readonly #known = new WeakMap<JobSpec, Known[]>()

  /** @param spec - in force. @throws S3SchedError `INVALID_OPTIONS` */
  of({ backoff, graceMs, onHang }: Own, spec: JobSpec): ResolvedPolicy {
    let known = this.#known.get(spec)
    if (known === undefined) this.#known.set(spec, (known = []))
    for (const each of known) {
      if (each.backoff === backoff && each.graceMs === graceMs && each.onHang === onHang) return each.policy
    }
    if (known.length === MOST_OF_A_SPEC) known.shift()
    const policy = resolvePolicy({
      retries: spec.retries,
      backoff: spec.backoff === 'custom' ? backoff : (spec.backoff as Backoff),
      ...(spec.timeout > 0 ? { timeoutMs: spec.timeout } : {}),
      overlap: spec.overlap,
      onHang,
      priority: spec.priority,
      ...groupOf(spec),
      ...(graceMs === undefined ? {} : { graceMs }),
    })
    known.push({ backoff, graceMs, onHang, policy })
    return policy
  }
}

function groupOf({ group, groupFleetLimit, groupLimit }: JobSpec): Pick<RunPolicy, 'group' | 'groupLimit'> {
  if (group === null) return {}
  // More runs of this process could not execute at a time, and would only stand in the fleet's way.
  return { group, groupLimit: groupFleetLimit === 0 ? groupLimit : Math.min(groupLimit, groupFleetLimit) }
}
