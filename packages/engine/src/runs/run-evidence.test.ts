import type { OpenRun } from '@s3sched/jobs'
import { createManualClock } from '@s3sched/kernel/testing'
import { systemHost } from '@s3sched/lock'
import { createMemoryStore, encodeDocument, ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
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
