import type { Logger } from '@s3sched/kernel'
import { decodeDocument, type CallOptions } from '@s3sched/store'
import type { ProblemReports } from '../history-problem.ts'
import { problemsOf, type RunRecord } from '../run-record.ts'
import type { ImmutableObjects } from './immutable-objects.ts'
import { detailsOf, joinRun } from './run-details.ts'

export interface DetailsDeps extends ProblemReports {
  readonly objects: ImmutableObjects
  readonly logger: Logger
}

/**
 * A run with its large parts: 1 GET, or none for a run without. A run whose details are gone or unreadable stays short,
 * with its field `details`.
 */
export async function readDetails(
  { logger, objects, onProblem }: DetailsDeps,
  run: RunRecord,
  call: CallOptions,
): Promise<RunRecord> {
  const reference = detailsOf(run)
  if (reference === undefined) return run
  const { key } = reference
  const object = await objects.read(key, call)
  if (object.outcome === 'missing') return run
  const decoded = object.outcome === 'found' ? decodeDocument(object.body) : undefined
  if (decoded?.outcome === 'found') {
    const joined = joinRun(run, decoded.fields)
    if (problemsOf(joined).length === 0) return joined
  }
  const problem = decoded?.outcome === 'unreadable' ? decoded.problem : 'its fields are not those of a run'
  onProblem?.({ key, problem })
  logger.warn(`details ${key}: ${problem}`, { key })
  return run
}
