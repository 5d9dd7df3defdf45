/** Checks the history of each run against the calls of the action. */
import type { ActionCall } from '../action-log.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'
import { finalRecord, recordsOf, type RecordedRun } from './recorded-runs.ts'
import { WRITTEN_MS, writtenCalls } from './written-calls.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** In peace, the record of a returned action is written within this time, ms. */
const RECORDED_MS = 45_000

const EXPECTED: Readonly<Record<NonNullable<ActionCall['outcome']>, readonly string[]>> = {
  returned: ['success'],
  threw: ['failed'],
  aborted: ['cancelled', 'timeout'],
}

export function checkHistory(evidence: Evidence, versions: Versions, recorded: Recorded): string[] {
  const violations: string[] = []
  const lastCalls = new Map<string, ActionCall>()
  for (const call of evidence.calls) {
    const known = lastCalls.get(call.runId)
    if (known === undefined || call.attempt >= known.attempt) lastCalls.set(call.runId, call)
  }
  for (const [runId, records] of recorded) {
    const record = finalRecord(records) as RecordedRun
    const others = records.filter(({ status }) => status !== record.status && status !== 'lost')
    if (others.length > 0) violations.push(`history: run ${runId} is both ${record.status} and ${others[0]?.status}`)
    const call = lastCalls.get(runId)
    if (call === undefined) {
      if (['success', 'failed', 'timeout'].includes(record.status)) {
        violations.push(`history: run ${runId} of ${record.job} is ${record.status} and was never started`)
      }
    } else if (record.status === 'skipped' || record.status === 'missed') {
      violations.push(`history: run ${runId} of ${record.job} is ${record.status} and was started`)
    } else if (record.status !== 'lost' && !isWhatHappened(record.status, call)) {
      violations.push(
        `history: run ${runId} of ${record.job} is ${record.status}, and its action ${call.outcome ?? 'goes on'}`,
      )
    }
  }
  const alive = new Set(evidence.processes.map(({ name }) => name))
  const written = new Set(writtenCalls(evidence))
  for (const call of lastCalls.values()) {
    const { endedAt = Infinity, job, outcome, process, runId } = call
    const withinMs = alive.has(process) ? RECORDED_MS : WRITTEN_MS
    if (outcome !== 'returned' || evidence.endedAt - endedAt < withinMs) continue
    // A process that died before it had written the end leaves a lost run.
    if (!alive.has(process) && !written.has(call)) continue
    const record = finalRecord(recorded.get(runId))
    if (record?.status !== 'success') {
      violations.push(`history: run ${runId} of ${job} returned, and the history says ${record?.status ?? 'nothing'}`)
    }
  }
  return [...violations, ...checkStatistics(versions, recorded)]
}

function isWhatHappened(status: string, { outcome }: ActionCall): boolean {
  // A run can be cancelled between two attempts, after an attempt that threw.
  if (status === 'cancelled') return outcome === 'aborted' || outcome === 'threw'
  return outcome !== undefined && EXPECTED[outcome].includes(status)
}

/** The statistics in a job's record count each outcome once. */
function checkStatistics(versions: Versions, recorded: Recorded): string[] {
  const violations: string[] = []
  for (const [job, ofJob] of versions) {
    const last = ofJob.at(-1)
    // A record deleted by hand is restored from the last known copy, with older counts.
    if (last === undefined || ofJob.some(({ isDeleted }) => isDeleted)) continue
    let expected = 0
    for (const runId of new Set(recordsOf(recorded, job).map((run) => run.runId))) {
      expected += finalRecord(recorded.get(runId))?.count ?? 0
    }
    const counted = Object.values(last.counts).reduce((sum, count) => sum + count, 0)
    if (counted !== expected) {
      violations.push(`statistics: those of ${job} count ${counted} ticks and runs, and the history has ${expected}`)
    }
  }
  return violations
}
