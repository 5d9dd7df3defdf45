import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createHistory, type RunRecord } from '@s3sched/history'
import { type ObjectStore, ServerClock } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { claimRun, hashSpec, RecordCache, type JobSpec, newJob } from '@s3sched/jobs'
import { RunRecorder } from './run-recorder.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const ROUNDS = 100

const spec: JobSpec = {
  schedule: '* * * * *',
  timezone: 'UTC',
  description: '',
  enabled: true,
  retries: 0,
  backoff: 'fixed',
  timeout: 0,
  runOnStart: false,
  overlap: 'skip',
  catchUp: 'latest',
  catchUpWindowMs: 86_400_000,
  jitterMs: 0,
  after: [],
  onLost: 'record',
}

/** One process's knowledge of the jobs and of ended runs. */
function processOn(store: ObjectStore, clock: ManualClock) {
  const random = createSeededRandom(1)
  const history = createHistory(store, { clock, random })
  const recorder = new RunRecorder({ history, clock, random, logger: silentLogger })
  const serverClock = new ServerClock(clock)
  const clockWatch = { requireGood: () => Promise.resolve() }
  const deps = { store, clock, random, logger: silentLogger, serverClock, clockWatch, claimAheadMs: 1000 }
  const records = new RecordCache({ ...deps, recorded: recorder.recorded })
  return { records, history, recorder }
}

const endOf = (job: string, runId: string, tick: number): RunRecord => ({
  runId,
  job,
  status: 'success',
  scheduledTime: tick,
  startedAt: tick,
  endedAt: tick + 10,
  durationMs: 10,
  attempts: [{ attempt: 1, startedAt: tick, durationMs: 10, status: 'success' }],
  result: 'x'.repeat(10_000),
  log: [{ at: tick, attempt: 1, message: 'a line' }],
  trigger: 'schedule',
  workerId: 'w',
})

it('of others are forgotten once their claimant has folded them, however many were looked at', async () => {
  const clock = createManualClock(NOW)
  const store = createMemoryStore({ clock })
  const winner = processOn(store, clock)
  const loser = processOn(store, clock)
  const { signal } = new AbortController()
  await winner.records.update('job', () => ({ write: newJob(spec, hashSpec(spec), NOW) }))
  for (let round = 1; round <= ROUNDS; round++) {
    const tick = NOW + round
    const claim = { runId: `run-${round}`, tick, trigger: 'schedule', workerId: 'w', instance: 'i' } as const
    await winner.records.update('job', (record) =>
      record === undefined
        ? { stop: 'gone' }
        : { write: claimRun(record, { ...claim, role: 'member', epoch: null, claimedAt: tick }) },
    )
    // The slower claimant looks for the end of the faster claimant's run.
    loser.records.invalidate('job')
    await loser.records.load('job')
    await winner.recorder.record(endOf('job', claim.runId, tick), signal)
    const ended = await loser.history.get('job', claim.runId, tick)
    if (ended !== undefined) loser.recorder.recorded.note(ended)
  }
  expect([winner, loser].map(({ recorder }) => recorder.recorded.of('job').size)).toEqual([1, 1])
})

it('are kept without what the job’s record does not need: results, logs and attempts', async () => {
  const clock = createManualClock(NOW)
  const { recorder } = processOn(createMemoryStore({ clock }), clock)
  const { signal } = new AbortController()
  const jobs = Array.from({ length: ROUNDS }, (_, index) => `job-${index}`)
  for (const job of jobs) await recorder.record(endOf(job, 'r', NOW), signal)
  const kept = jobs.map((job) => recorder.recorded.of(job).get('r'))
  expect(JSON.stringify(kept).length / ROUNDS).toBeLessThan(300)
})
