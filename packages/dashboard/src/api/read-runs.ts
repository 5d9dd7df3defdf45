import { RUN_STATUSES, type ListQuery, type RunPage } from '@s3sched/history'
import { S3SchedError } from '@s3sched/kernel'
import { ofSeen } from '../fleet/fleet-snapshot.ts'
import { ApiRefusal, type ApiCall, type QueryParameter } from './operation.ts'

export const RUNS_QUERY: readonly QueryParameter[] = [
  {
    name: 'status',
    description: 'Only runs that ended so; several with commas between',
    schema: { type: 'array', items: { enum: RUN_STATUSES } },
  },
  { name: 'since', description: 'Only runs scheduled at or after: epoch ms or ISO 8601', schema: { type: 'string' } },
  { name: 'until', description: 'Only runs scheduled before', schema: { type: 'string' } },
  { name: 'limit', description: '1 to 1000', schema: { type: 'integer', default: 50 } },
  {
    name: 'cursor',
    description: 'The cursor of the page before; the filter must be the same',
    schema: { type: 'string' },
  },
  {
    name: 'details',
    description: '`false`: large results, logs and errors may be left out',
    schema: { type: 'boolean', default: true },
  },
]

/** The newest runs of a query. @throws ApiRefusal 400 */
export async function readRuns({ operator, query, snapshot }: ApiCall, job?: string): Promise<RunPage> {
  if (job === undefined && snapshot.seen?.size === 0) return { runs: [] }
  const status = query.getAll('status').flatMap((words) => words.split(','))
  const cursor = query.get('cursor')
  const limit = query.get('limit')
  try {
    // The history refuses values that it does not know, each by its name.
    return await operator.history.list({
      ...(job === undefined ? ofSeen(snapshot) : { job }),
      ...(status.length === 0 ? {} : { status }),
      ...instantOf(query, 'since'),
      ...instantOf(query, 'until'),
      ...(limit === null ? {} : { limit: Number(limit) }),
      ...(cursor === null ? {} : { cursor }),
      details: query.get('details') !== 'false',
    } as ListQuery)
  } catch (error) {
    if (!(error instanceof S3SchedError) || !error.code.startsWith('INVALID_')) throw error
    throw new ApiRefusal(400, error.code, error.message)
  }
}

function instantOf(query: URLSearchParams, name: 'since' | 'until'): { readonly [name: string]: number } {
  const text = query.get(name)
  if (text === null) return {}
  // oxlint-disable-next-line no-restricted-globals -- reads a given date, and no clock
  const instant = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (!Number.isNaN(instant)) return { [name]: instant }
  throw new ApiRefusal(400, 'INVALID_INSTANT', `expected ${name} to be epoch ms or ISO 8601, got '${text}'`)
}
