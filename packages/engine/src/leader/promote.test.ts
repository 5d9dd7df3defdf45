import { parseSchedule } from '@s3sched/cron'
import { createManualClock } from '@s3sched/kernel/testing'
import { ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { KnownJob } from '../definitions/known-job.ts'
import { promote, type PromoteDeps } from './promote.ts'

const MINUTE = 60_000
const NOON = Date.UTC(2026, 5, 1, 12)
const schedule = parseSchedule('* * * * *')
const idle: KnownJob = {
  after: NOON - MINUTE,
  schedule,
  mayRun: true,
  isSettled: true,
  jitterMs: 0,
}
const { signal } = new AbortController()
const previous = { watermark: NOON - 10_000 } as unknown as PreviousTerm

/** A new leader of a shard with all jobs whose names do not begin with `other`. */
function setUp(jobs: Readonly<Record<string, KnownJob | undefined>>) {
  const clock = createManualClock(NOON - 5000)
  const env = { serverClock: new ServerClock(clock) }
  const done: string[] = []
  const at = (instant: number | undefined): string => (instant === undefined ? '?' : String(instant - NOON))
  const state = { loadAll: async (): Promise<void> => undefined }
  const deps = {
    records: {
      names: () => Object.keys(jobs),
      loadAll: () => {
        done.push('read')
        return state.loadAll()
      },
    },
    known: (name: string) => jobs[name],
    scope: { shard: 3, owns: (name: string) => !name.startsWith('other') },
    engine: {
      plan: (name: string, _: unknown, after: number) => done.push(`plan ${name} ${at(after)}`),
      touch: (name: string, settledUpTo?: number) => done.push(`look ${name} ${at(settledUpTo)}`),
    },
    marker: {
      read: async () => {
        done.push('marker')
        return 'bump'
      },
      seen: (bump: string, shard: number) => done.push(`seen ${bump} of ${shard}`),
    },
  } as unknown as PromoteDeps
  return { clock, deps, done, env, state }
}

it('decides about each job of its shard once the records are read, and then takes the changes for seen', async () => {
  const over = { ...idle, schedule: null }
  const jobs = { idle, over, open: { ...idle, isSettled: false }, 'other shard': idle }
  const { deps, done, env } = setUp(jobs)
  await promote(env, deps, previous, signal)
  expect(done).toEqual(['marker', 'read', 'plan idle -60000', 'look open -60000', 'seen bump of 3'])
})

it('takes the ticks of a job with an unreadable record for settled up to the old leader’s watermark', async () => {
  const { deps, done, env } = setUp({ unreadable: undefined })
  await promote(env, deps, previous, signal)
  expect(done).toContain('look unreadable -10000')
  const first = setUp({ unreadable: undefined })
  await promote(first.env, first.deps, undefined, signal)
  expect(first.done).toContain('look unreadable ?')
})

it('takes the changes in only once all jobs are decided', async () => {
  const { deps, done, env, state } = setUp({ idle })
  state.loadAll = async () => {
    throw new Error('no answer')
  }
  await expect(promote(env, deps, previous, signal)).rejects.toThrow('no answer')
  expect(done).toEqual(['marker', 'read'])
})

it('lets other work go on between the decisions about many jobs, and ends with its signal', async () => {
  const jobs = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`job-${i}`, idle]))
  const { clock, deps, done, env } = setUp(jobs)
  const ending = new AbortController()
  let failure: unknown
  const promoting = promote(env, deps, previous, ending.signal).catch((error: unknown) => (failure = error))
  await new Promise(setImmediate)
  expect(done).toHaveLength(2 + 500)
  const over = new Error('over')
  ending.abort(over)
  await clock.advance(0)
  await promoting
  expect(failure).toBe(over)
  expect(done).toHaveLength(2 + 500)
})
