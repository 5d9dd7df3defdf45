import { JOBS } from '../jobs.ts'
import { startsIn, type Evidence } from './evidence.ts'

/**
 * Checks a job that was paused and whose schedule changed. Only the product knows the job's due ticks, so the product's
 * audit decides about ticks. But each started run must be in the history, and each run in the history must have
 * started.
 */
export function checkChanged(evidence: Evidence): string[] {
  return JOBS.filter(({ isChanged }) => isChanged === true).flatMap(({ name }) => {
    const audited = evidence.audit.find(({ job }) => job === name)
    const started = new Set(startsIn(evidence).flatMap(({ job, runId }) => (job === name ? [runId] : [])))
    const recorded = evidence.bucket.runs.filter(({ job }) => job === name)
    const known = new Set(recorded.map(({ runId }) => runId))
    const unknown = [...started].filter((runId) => !known.has(runId))
    const invented = recorded.filter(({ attempts, runId }) => attempts.length > 0 && !started.has(runId))
    return [
      ...(audited === undefined ? [`audit: it does not know ${name}`] : []),
      ...(audited?.problem == null ? [] : [`audit: ${name}: ${audited.problem}`]),
      ...((audited?.unaccounted ?? 0) > 0 ? [`audit: ${name} has ${audited?.unaccounted} ticks unaccounted`] : []),
      ...((audited?.doubled ?? 0) > 0 ? [`audit: ${name} has ${audited?.doubled} ticks doubled`] : []),
      ...unknown.map((runId) => `accounting: ${name} was started by run ${runId}, and the history does not say so`),
      ...invented.map(({ runId }) => `accounting: run ${runId} of ${name} is in the history and was never started`),
    ]
  })
}
