import type { ActionCall } from '../action-log.ts'
import type { Change } from '../ledger.ts'

export interface RecordedRun {
  readonly runId: string
  readonly job: string
  readonly status: string
  /** Position of the record's first write among all changes. */
  readonly order: number
  /** Real ms. */
  readonly at: number
  /** True for a run whose action was called. */
  readonly hasStarted: boolean
  readonly count: number
}

const KEY = /^runs\/(?<job>[^/]+)\/\d+\.(?<status>[a-z]+)\.\d+\.\d+\.(?<runId>[^.]+)\.json$/

/** All records of each run in the history; a run declared lost may have a second record, of its real end. */
export function recordedRuns(changes: readonly Change[]): Map<string, RecordedRun[]> {
  const recorded = new Map<string, RecordedRun[]>()
  changes.forEach(({ at, fields, key }, order) => {
    const { job = '', runId = '', status = '' } = KEY.exec(key)?.groups ?? {}
    if (runId === '') return
    let ofRun = recorded.get(runId)
    if (ofRun === undefined) recorded.set(runId, (ofRun = []))
    if (ofRun.some((known) => known.status === status)) return
    const { count, startedAt } = (fields ?? {}) as { readonly count?: number; readonly startedAt?: number }
    ofRun.push({ runId, job, status, order, at, hasStarted: typeof startedAt === 'number', count: count ?? 1 })
  })
  return recorded
}

/** The record that counts for a run: the record of the real end, if any, wins over the verdict. */
export function finalRecord(records: readonly RecordedRun[] | undefined): RecordedRun | undefined {
  return records?.find(({ status }) => status !== 'lost') ?? records?.[0]
}

/** The same for runs without records, by the word of the actions: the runs whose action returned. */
export function endedRuns(calls: readonly ActionCall[]): Map<string, RecordedRun[]> {
  const returned = calls.flatMap(({ endedAt, job, outcome, runId }): [string, RecordedRun[]][] =>
    endedAt === undefined || outcome !== 'returned'
      ? []
      : [[runId, [{ runId, job, status: 'success', order: -1, at: endedAt, hasStarted: true, count: 1 }]]],
  )
  return new Map(returned)
}
