import { createHash } from 'node:crypto'
import { describe, S3SchedError } from '@s3sched/kernel'
import { isTime } from './inverted-time.ts'
import { isJobName, isRunId, type RunName } from './run-name.ts'
import type { ResolvedFilter } from './run-query.ts'

/** The last run of a page. The next page begins after this run. */
export interface Position {
  readonly time: number
  readonly job: string
  readonly runId: string
}

/** The order of all queries: the newest tick first, then by job and run id. True for a run behind the position. */
export function isBehind(run: RunName, { job, runId, time }: Position): boolean {
  if (run.scheduledTime !== time) return run.scheduledTime < time
  return run.job === job ? run.runId > runId : run.job > job
}

/**
 * A position as text for the caller. The cursor contains a fingerprint of its query, because the position would
 * silently skip runs of a different query.
 */
export function encodeCursor(position: Position, filter: ResolvedFilter): string {
  const { time, job, runId } = position
  return Buffer.from(JSON.stringify([fingerprint(filter), time, job, runId])).toString('base64url')
}

/** @throws {@link S3SchedError} `INVALID_CURSOR` */
export function decodeCursor(cursor: string, filter: ResolvedFilter): Position {
  const [query, time, job, runId] = parse(cursor)
  if (!isTime(time) || !isJobName(job) || !isRunId(runId)) {
    throw new S3SchedError(`expected a cursor that list() returned, got ${describe(cursor)}`, {
      code: 'INVALID_CURSOR',
    })
  }
  if (query !== fingerprint(filter)) {
    throw new S3SchedError('the cursor belongs to another query', {
      code: 'INVALID_CURSOR',
      suggestion:
        'Repeat the job, status, since and until of the call that returned it; only limit and details may change',
    })
  }
  return { time, job, runId }
}

function parse(cursor: unknown): unknown[] {
  if (typeof cursor !== 'string') return []
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    // Not a cursor of this module: decodeCursor throws.
    return []
  }
}

function fingerprint({ jobs, statuses, since, until }: ResolvedFilter): string {
  const text = JSON.stringify([jobs, statuses === undefined ? undefined : [...statuses].toSorted(), since, until])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}
