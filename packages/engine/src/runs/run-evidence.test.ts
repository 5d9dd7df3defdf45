import type { OpenRun } from '@s3sched/jobs'
import { createManualClock } from '@s3sched/kernel/testing'
import { systemHost } from '@s3sched/lock'
import { createMemoryStore, encodeDocument, ServerClock } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import type { Authority } from './authority.ts'
import { RunEvidence, type RunEvidenceDeps } from './run-evidence.ts'

const HEARTBEAT_MS = 30_000
const clock = createManualClock(Date.UTC(2026, 5, 1))

const runOf = (runId: string, workerId: string): OpenRun => ({
  runId,
  tick: clock.now(),
  trigger: 'schedule',
  fence: 1,
  workerId,
  instance: `${workerId}-1`,
  role: 'member',
  epoch: null,
  claimedAt: clock.now(),
  retry: null,
})

it('reads the member object of a process once, however many runs of a job the process has', async () => {
  const store = createMemoryStore({ clock })
  for (const workerId of ['w1', 'w2']) {
    const fields = { workerId, instance: `${workerId}-1`, staleAfterMs: HEARTBEAT_MS, extra: { runs: true } }
    await store.put(`workers/${workerId}.json`, encodeDocument(fields, workerId))
  }
  const read: string[] = []
  const get: typeof store.get = (key, options) => {
    read.push(key)
    return store.get(key, options)
  }
  const evidence = new RunEvidence(
    {
      clock,
      self: { workerId: 'w3', instance: 'w3-1' },
      serverClock: new ServerClock(clock),
      store: { ...store, get },
    },
    {
      jobs: new Map(),
      leaders: { knownEpoch: () => undefined, previousTerm: () => undefined },
      sightings: {} as RunEvidenceDeps['sightings'],
    },
    { host: systemHost, leaseTtlMs: 90_000, shards: 1 },
  )
  const authority: Authority = { role: 'leader', epoch: 1, signal: new AbortController().signal, isTrusted: () => true }
  const look = evidence.looks(authority.signal)
  const lives: (string | undefined)[] = []
  for (const run of [runOf('a', 'w1'), runOf('b', 'w1'), runOf('c', 'w2'), runOf('d', 'w1')]) {
    const facts = evidence.of('job', { run, isHere: false }, authority)
    lives.push((await evidence.withLife('job', facts, look)).life)
  }
  expect(lives).toEqual(['alive', 'alive', 'alive', 'alive'])
  expect(read).toEqual(['workers/w1.json', 'workers/w2.json'])
})

describe('the last renewal of the term before', () => {
  const RENEWED = Date.UTC(2026, 5, 1)
  const STEP_MS = 8 * 3_600_000

  const renewedAt = (notedAt: number): number | undefined => {
    const own = createManualClock(RENEWED)
    const serverClock = new ServerClock(own)
    serverClock.observe(RENEWED, own.monotonic())
    serverClock.observe(RENEWED + STEP_MS, own.monotonic())
    const previousTerm = { epoch: 1, renewedAt: RENEWED, ttlMs: 90_000 }
    const evidence = new RunEvidence(
      { clock: own, self: { workerId: 'w3', instance: 'w3-1' }, serverClock, store: createMemoryStore({ clock: own }) },
      {
        jobs: new Map(),
        leaders: { knownEpoch: () => undefined, previousTerm: () => previousTerm },
        sightings: {} as RunEvidenceDeps['sightings'],
      },
      { host: systemHost, leaseTtlMs: 90_000, shards: 1 },
    )
    const retry = { attempt: 1, error: 'no', delayMs: 3_600_000, notedAt, released: false }
    const authority: Authority = {
      role: 'leader',
      epoch: 2,
      signal: new AbortController().signal,
      isTrusted: () => true,
    }
    const run = { ...runOf('a', 'w1'), retry }
    return evidence.of('job', { run, isHere: false }, authority).previousTerm?.renewedAt
  }

  it('is told by the clock of the store after its step where the retry was noted after it', () => {
    expect(renewedAt(RENEWED + STEP_MS + 1000)).toBe(RENEWED + STEP_MS)
  })

  it('stays what it was where the retry was noted before, as in a suspension of all processes', () => {
    expect(renewedAt(RENEWED - 5000)).toBe(RENEWED)
  })
})
