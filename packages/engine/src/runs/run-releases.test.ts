import { expect, it } from 'vitest'
import { S3SchedError, silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { claimRun, type JobRecord, type JobSpec, newJob, type OpenRun, takeOver } from '@s3sched/jobs'
import type { RecordCache, RecordChange } from '@s3sched/jobs/bucket'
import { ServerClock } from '@s3sched/store'
import type { SchedulerEmitter } from '../events.ts'
import { RunReleases } from './run-releases.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const claimant = { workerId: 'w', instance: 'i', role: 'member', epoch: null, claimedAt: NOW } as const
const empty = newJob({ after: [] } as unknown as JobSpec, 'hash', NOW)
const claimed = claimRun(empty, { runId: 'r', tick: NOW, trigger: 'schedule', ...claimant })
const [run] = claimed.running as [OpenRun]

/** A record cache with one record, whose store fails the first `failures` writes. */
function releasesOf(first: JobRecord, failures: number) {
  const clock = createManualClock(NOW)
  const giveUp = new AbortController()
  const seen = { record: first, tries: 0, writes: 0, bumps: 0 }
  const update = async (_: string, change: (record: JobRecord) => RecordChange<unknown>, signal?: AbortSignal) => {
    seen.tries++
    signal?.throwIfAborted()
    if (seen.tries <= failures) throw new S3SchedError('away', { code: 'NETWORK', retriable: true })
    const changed = change(seen.record)
    if (!('write' in changed)) return
    seen.record = changed.write
    seen.writes++
  }
  const records = { update } as unknown as RecordCache
  const random = createSeededRandom(1)
  const marker = { bump: async () => void seen.bumps++ }
  const told: unknown[] = []
  const events = { announce: (...event: unknown[]) => void told.push(event) } as unknown as SchedulerEmitter
  const deps = { records, clock, events, random, logger: silentLogger, serverClock: new ServerClock(clock), marker }
  return { releases: new RunReleases(deps, giveUp.signal), clock, giveUp, seen, told }
}

it('releases a run when the store is back, however long that takes', async () => {
  const { clock, releases, seen } = releasesOf(claimed, 8)
  const released = releases.release('job', run, undefined, 0)
  await clock.advance(600_000)
  await released
  expect(seen).toMatchObject({ tries: 9, writes: 1 })
  expect(seen.record.running).toMatchObject([{ runId: 'r', retry: { attempt: 0, released: true } }])
})

it('stops trying when that is given up', async () => {
  const { clock, giveUp, releases, seen } = releasesOf(claimed, Infinity)
  const released = releases.release('job', run, undefined, 0)
  await clock.advance(1000)
  giveUp.abort()
  await released
  const { tries } = seen
  await clock.advance(600_000)
  expect(seen).toMatchObject({ tries, writes: 0 })
})

it('leaves a run alone that somebody has taken over', async () => {
  const { releases, seen } = releasesOf(takeOver(claimed, 'r', { ...claimant, workerId: 'other' }), 0)
  await releases.release('job', run, undefined, 0)
  expect(seen).toMatchObject({ tries: 1, writes: 0 })
})

it('opens a run again that was declared lost meanwhile, and that never began here', async () => {
  const lost = { ...claimed, running: [], lost: ['r'] }
  const { releases, seen } = releasesOf(lost, 0)
  await releases.release('job', run, undefined, 0)
  expect(seen.record).toMatchObject({ lost: [], running: [{ runId: 'r', wasLost: true, retry: { released: true } }] })
})

it('releases a claim that had landed, and overtakes one that may land yet', async () => {
  const landed = releasesOf(claimed, 1)
  const disowned = landed.releases.disown('job', run)
  await landed.clock.advance(1000)
  await disowned
  expect(landed.seen.record.running).toMatchObject([{ runId: 'r', retry: { released: true } }])
  const pending = releasesOf(empty, 0)
  await pending.releases.disown('job', run)
  // The same record, written once more.
  expect(pending.seen).toMatchObject({ writes: 1, record: empty })
})

it('takes a claim back that nothing started on, whether or not it was written, and tells the others', async () => {
  const { releases, seen } = releasesOf(claimed, 0)
  await releases.withdraw('job', { runId: 'another', instance: 'i' })
  expect(seen).toMatchObject({ writes: 1, bumps: 1, record: { running: [{ runId: 'r' }] } })
  await releases.withdraw('job', { runId: 'r', instance: 'of another process' })
  expect(seen.record.running).toHaveLength(1)
  await releases.withdraw('job', run)
  expect(seen).toMatchObject({ writes: 3, bumps: 3, record: { running: [], fence: claimed.fence } })
})

it('tells that a run goes on which was declared lost, and tells of no other', async () => {
  const lost = { ...claimed, running: [], lost: ['r'] }
  for (const [record, count] of [
    [{ ...lost, spec: { ...lost.spec, catchUp: 'latest' } }, 1],
    [claimed, 0],
  ] as const) {
    const { releases, told } = releasesOf(record, 0)
    await releases.release('job', run, undefined, 0)
    const event = [
      'plg:scheduler:job-found',
      { jobName: 'job', runId: 'r', scheduledTime: new Date(NOW), status: null },
    ]
    expect(told).toEqual(Array.from({ length: count }, () => event))
  }
})
