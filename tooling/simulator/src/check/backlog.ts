import { MEAN_EXTRA_MS } from '../action-log.ts'
import type { SimulatedJob } from '../jobs.ts'

/** True for a job whose runs wait for each other, and take longer than the period on average, with their retries. */
export function hasBacklog({
  backoffMs,
  fails,
  group,
  overlap,
  periodMs = Infinity,
  retries,
  tookMs,
}: SimulatedJob): boolean {
  // The runs of other jobs take the places of the group.
  if (group !== undefined && overlap === 'queue') return true
  const retried = retries === 0 ? 0 : fails + fails ** 2
  const runMs = (1 + retried) * (tookMs + MEAN_EXTRA_MS) + retried * backoffMs
  return overlap === 'queue' && runMs > periodMs
}
