import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunRecord } from '@s3sched/history'
import { archiveSegments } from '@s3sched/history/archive'
import { flushPage, pageOutcome } from '@s3sched/history/segments'
import type { Clock } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { listAll, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'

const START = Date.UTC(2026, 0, 1)
const DAY = 86_400_000
const DAYS = 3
const EVERY_MS = 600_000

export const JOBS: readonly string[] = ['mail', 'report', 'sync']

/** Number of runs in the archive; each run counts once. */
export const ARCHIVED: number = (JOBS.length * DAYS * DAY) / EVERY_MS

function sampleRun(job: string, n: number): RunRecord {
  const scheduledTime = START + n * EVERY_MS
  const startedAt = scheduledTime + (n % 7)
  const durationMs = 40 + ((n * 31) % 500)
  const failed = n % 25 === 3
  const status = failed ? 'failed' : 'success'
  const error = { name: 'TypeError', message: `row ${n % 3} is missing` }
  const attempt = { attempt: 1, startedAt, durationMs, status, ...(failed ? { error } : {}) } as const
  return {
    runId: `${job}-${n}`,
    job,
    status,
    scheduledTime,
    startedAt,
    endedAt: startedAt + durationMs,
    durationMs,
    attempts: [attempt],
    trigger: 'schedule',
    workerId: 'worker-1',
    epoch: 2,
    fence: n,
    lagMs: n % 7,
    queuedMs: 0,
    ...(failed ? { error } : {}),
    ...(job === 'report' && !failed
      ? { result: { rows: n }, log: [{ at: startedAt, attempt: 1, message: 'counted' }] }
      : {}),
  }
}

async function writeSegments(store: ObjectStore, runs: readonly RunRecord[]): Promise<void> {
  for (let from = 0; from < runs.length; from += 100)
    await flushPage(store, { page: 'p', outcomes: runs.slice(from, from + 100).map(pageOutcome) })
}

/** The runs of the first day that lie in two sets. */
export const REPEATED: number = (JOBS.length * DAY) / EVERY_MS

/**
 * Writes an archive of three days, and segments of the next, into a folder as they would lie in a bucket. The first day
 * lies in two sets, by two archivers that saw different segments, and one of its runs has a verdict in one set and its
 * real end in the other.
 */
export async function writeSampleArchive(folder: string): Promise<void> {
  const manual = createManualClock(START + DAYS * DAY + 3_600_000)
  const clock: Clock = { now: () => manual.now(), monotonic: () => manual.monotonic(), sleep: () => Promise.resolve() }
  const store = createMemoryStore({ clock: manual })
  const deps = { store, clock, random: createSeededRandom(1) }
  const perDay = DAY / EVERY_MS
  const runs = JOBS.flatMap((job) => Array.from({ length: DAYS * perDay }, (_, n) => sampleRun(job, n)))
  const [first] = runs
  if (first === undefined) throw new Error('there are no runs')
  const { log: _log, result: _result, ...known } = first
  await writeSegments(store, [
    ...runs.slice(1),
    { ...known, status: 'lost', attempts: [], reason: 'its process is gone' },
  ])
  await archiveSegments(deps)
  await writeSegments(store, [first])
  // This one looked at everything but the newest segments before the other wrote.
  const unaware: ObjectStore = {
    ...store,
    list: (prefix, options) => store.list(prefix === 'segments/' ? prefix : 'nothing/', options),
  }
  await archiveSegments({ ...deps, store: unaware })
  await manual.advance(3_600_000)
  await archiveSegments(deps)
  await writeSegments(
    store,
    JOBS.map((job) => sampleRun(job, DAYS * perDay)),
  )
  for (const { key } of await listAll(store, '')) {
    const got = await store.get(key)
    const path = join(folder, key)
    await mkdir(dirname(path), { recursive: true })
    if (got.outcome === 'found') await writeFile(path, got.body)
  }
}
