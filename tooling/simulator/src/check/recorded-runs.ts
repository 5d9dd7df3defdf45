import type { ActionCall } from '../action-log.ts'
import type { Change } from '../ledger.ts'

/** The outcome of a run, or of ticks that did not run. */
export interface RecordedRun {
  readonly runId: string
  readonly job: string
  readonly status: string
  readonly trigger: string
  /** Position of the record's first write among all changes. */
  readonly order: number
  /** Real ms. */
  readonly at: number
  /** The process that wrote the record. */
  readonly client: string
  /** True for a run whose action was called. */
  readonly hasStarted: boolean
  /** The first and the last tick, and the number of ticks. */
  readonly from: number
  readonly to: number
  readonly count: number
  /** By the clock of the writer, epoch ms. */
  readonly endedAt: number
}

interface StoredRun {
  readonly runId: string
  readonly job: string
  readonly status: string
  readonly trigger: string
  readonly scheduledTime: number
  readonly startedAt?: number
  readonly endedAt: number
  readonly from?: number
  readonly to?: number
  readonly count?: number
}

/** All records of each run in the history; a run declared lost may have a second record, of its real end. */
export function recordedRuns(changes: readonly Change[]): Map<string, RecordedRun[]> {
  const recorded = new Map<string, RecordedRun[]>()
  changes.forEach(({ at, client, outcomes }, order) => {
    for (const { run } of outcomes) {
      const {
        count = 1,
        endedAt,
        from,
        job,
        runId,
        scheduledTime,
        startedAt,
        status,
        to,
        trigger,
      } = run as unknown as StoredRun
      let ofRun = recorded.get(runId)
      if (ofRun === undefined) recorded.set(runId, (ofRun = []))
      if (ofRun.some((known) => known.status === status)) continue
      const ticks = { from: from ?? scheduledTime, to: to ?? scheduledTime, count }
      const hasStarted = typeof startedAt === 'number'
      ofRun.push({ runId, job, status, trigger, order, at, client, hasStarted, ...ticks, endedAt })
    }
  })
  return recorded
}

/** The record that counts for a run: the record of the real end, if any, wins over the verdict. */
export function finalRecord(records: readonly RecordedRun[] | undefined): RecordedRun | undefined {
  return records?.find(({ status }) => status !== 'lost') ?? records?.[0]
}

/** The same for runs without records, by the word of the actions: the runs whose action returned. */
export function endedRuns(calls: readonly ActionCall[]): Map<string, RecordedRun[]> {
  const returned = calls.flatMap(({ endedAt, job, outcome, process, runId, tick }): [string, RecordedRun[]][] => {
    if (endedAt === undefined || outcome !== 'returned') return []
    const run = { runId, job, status: 'success', trigger: '', order: -1, at: endedAt, client: process }
    return [[runId, [{ ...run, hasStarted: true, from: tick, to: tick, count: 1, endedAt: 0 }]]]
  })
  return new Map(returned)
}

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>

const byJob = new WeakMap<Recorded, Map<string, RecordedRun[]>>()

/** The records of a job's runs: with very many jobs, nobody may walk through all records for each of them. */
export function recordsOf(recorded: Recorded, job: string): readonly RecordedRun[] {
  let known = byJob.get(recorded)
  if (known === undefined) {
    byJob.set(recorded, (known = new Map()))
    for (const run of [...recorded.values()].flat()) {
      const ofJob = known.get(run.job)
      if (ofJob === undefined) known.set(run.job, [run])
      else ofJob.push(run)
    }
  }
  return known.get(job) ?? []
}
