import { parseSchedule } from '@s3sched/cron'
import type { ChangedRecord } from '@s3sched/jobs'
import { createManualClock } from '@s3sched/kernel/testing'
import { ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
import type { PreviousTerm } from './follow-coordinator.ts'
import type { KnownJob } from './known-job.ts'
import { promote, type PromoteDeps } from './promote.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')
const idle: KnownJob = {
  after: NOON - MINUTE,
  schedule,
  mayRun: true,
  isSettled: true,
  isChained: false,
  jitterMs: 0,
}
const { signal } = new AbortController()
const previous = { watermark: NOON - 10_000, renewedAt: NOON - 9000, unclaimed: ['left'] } as unknown as PreviousTerm

/** A new leader of a shard with all jobs whose names do not begin with `other`. */
function setUp(jobs: Readonly<Record<string, KnownJob>>, changed: readonly Partial<ChangedRecord>[] = []) {
  const env = { serverClock: new ServerClock(createManualClock(NOON - 5000)) }
  const done: string[] = []
  const at = (instant: number | undefined): string => (instant === undefined ? '?' : String(instant - NOON))
  const state = { isRedefined: false, list: async () => ({ changed }) }
  const deps = {
    records: { names: () => Object.keys(jobs) },
    known: (name: string) => jobs[name],
    scope: { shard: 3, owns: (name: string) => !name.startsWith('other') },
    engine: {
      plan: (name: string, _: unknown, after: number) => done.push(`plan ${name} ${at(after)}`),
      touch: (name: string, settledUpTo?: number) => done.push(`look ${name} ${at(settledUpTo)}`),
    },
    lists: {
      list: () => {
        done.push('list')
        return state.list()
      },
    },
    marker: {
      look: async (_: AbortSignal, shard: number) => {
        done.push(`marker of ${shard}`)
        return { hasChanged: state.isRedefined, seen: () => done.push('seen') }
      },
    },
  } as unknown as PromoteDeps
  return { deps, done, env, state }
}

it('plans the known jobs of its shard before the LIST, and asks again about the others after', async () => {
  const jobs = { idle, open: { ...idle, isSettled: false }, 'other shard': idle }
  const { deps, done, env } = setUp(jobs)
  await promote(env, deps, previous, signal)
  expect(done).toEqual(['marker of 3', 'plan idle -60000', 'plan open -10000', 'list', 'look open -60000', 'seen'])
})

it('decides about each changed record of its shard, and about jobs that only the LIST shows', async () => {
  const old = NOON - 20_000
  const { deps, done, env } = setUp({ idle, left: idle, late: idle }, [
    { name: 'idle', lastModified: old },
    { name: 'left', lastModified: old },
    { name: 'late', lastModified: NOON - 9000 },
    { name: 'new', lastModified: old },
    { name: 'other shard', lastModified: old },
  ])
  await promote(env, deps, previous, signal)
  const afterList = done.slice(done.indexOf('list') + 1)
  expect(afterList).toEqual(['plan idle -10000', 'look left -60000', 'look late -60000', 'look new -10000', 'seen'])
})

it('reads each changed record after a change of a definition, and where no leader went before', async () => {
  const changed = [{ name: 'idle', lastModified: NOON - 20_000 }]
  const redefined = setUp({ idle }, changed)
  redefined.state.isRedefined = true
  await promote(redefined.env, redefined.deps, previous, signal)
  expect(redefined.done).toContain('look idle -60000')
  const first = setUp({}, changed)
  await promote(first.env, first.deps, undefined, signal)
  expect(first.done).toEqual(['marker of 3', 'list', 'look idle ?', 'seen'])
})

it('takes the changes in only once all jobs are decided', async () => {
  const { deps, done, env, state } = setUp({ idle })
  state.list = async () => {
    throw new Error('no answer')
  }
  await expect(promote(env, deps, previous, signal)).rejects.toThrow('no answer')
  expect(done).not.toContain('seen')
})
