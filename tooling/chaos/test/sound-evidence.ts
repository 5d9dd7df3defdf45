import type { RunRecord } from '@s3sched/history'
import type { AuditedJob } from '@s3sched/plugin'
import { JOBS } from '../src/jobs.ts'
import type { ActionStart, JournalEntry } from '../src/journal.ts'
import type { Evidence, FinalRecord } from '../src/judge/evidence.ts'

/** A multiple of every period. */
export const BEGIN = 1_800_000_000_000
export const LENGTH_MS = 12_000
export const LIFE = 'p1.1'

/** What a run leaves in which one process started every tick, and nothing went wrong. */
export function soundEvidence(): Evidence {
  const entries: JournalEntry[] = [{ kind: 'leads', life: LIFE, epoch: 1, at: BEGIN }]
  const runs: RunRecord[] = []
  const audit: AuditedJob[] = []
  const jobs = new Map<string, FinalRecord>()
  for (const { name: job, periodMs } of JOBS) {
    if (periodMs === undefined) continue
    let fence = 0
    for (let tick = BEGIN + periodMs; tick <= BEGIN + LENGTH_MS; tick += periodMs) {
      const start = startOf(job, tick, ++fence)
      const { attempt, life, runId } = start
      entries.push(start, { kind: 'end', life, job, runId, attempt, hasThrown: false, at: tick + 10 })
      runs.push(recordOf(job, tick, { runId }))
    }
    jobs.set(job, { since: BEGIN + 1, lastTick: BEGIN + LENGTH_MS, past: [], open: [] })
    audit.push({ ...auditOf(job), expected: fence, ran: fence })
  }
  const life = { id: LIFE, workerId: 'p1', from: BEGIN, to: BEGIN + LENGTH_MS + 500, end: 'stop' as const, pauses: [] }
  const bucket = { runs, lost: new Set<string>(), jobs }
  const times = { startedAt: BEGIN, calmAt: BEGIN + 8000, restMs: 4000, stoppedAt: BEGIN + LENGTH_MS + 400 }
  return { entries, lives: [life], blows: [], audit, bucket, ...times }
}

export function startOf(job: string, tick: number, fence: number): ActionStart {
  const runId = `${job}-${tick}`
  return { kind: 'start', life: LIFE, job, tick, runId, attempt: 1, fence, epoch: 1, at: tick + 5 }
}

export function recordOf(job: string, tick: number, more: Partial<RunRecord> = {}): RunRecord {
  const attempts = [{ attempt: 1, startedAt: tick + 5, durationMs: 5, status: 'success' as const }]
  return {
    runId: `${job}-${tick}`,
    job,
    status: 'success',
    scheduledTime: tick,
    endedAt: tick + 10,
    durationMs: 5,
    attempts,
    trigger: 'schedule',
    workerId: 'p1',
    ...more,
  }
}

function auditOf(job: string): AuditedJob {
  const none = { skipped: 0, missed: 0, lost: 0, open: 0, withdrawn: 0, unaccounted: 0, doubled: 0 }
  const started = { manual: 0, chain: 0, start: 0, request: 0, backfill: 0 }
  return {
    job,
    from: BEGIN + 1,
    to: BEGIN + LENGTH_MS,
    unclaimedSince: null,
    periods: 1,
    expected: 0,
    ran: 0,
    ...none,
    started,
    problem: null,
  }
}
