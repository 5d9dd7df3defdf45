import { expect, it } from 'vitest'
import { isAtRest } from '../src/come-to-rest.ts'
import { JOBS } from '../src/jobs.ts'
import type { FinalRecord } from '../src/judge/evidence.ts'

const CALM_AT = 1_800_000_000_000
const NOW = CALM_AT + 12_000

/** Whether the fleet is at rest in which nothing is left to do but for one job's record. */
function withRecord(job: string, change: Partial<FinalRecord> | undefined): boolean {
  const sound: FinalRecord = { since: CALM_AT - 60_000, lastTick: NOW - 1000, past: [], open: [] }
  const jobs = new Map(JOBS.map(({ name }) => [name, sound]))
  if (change === undefined) jobs.delete(job)
  else jobs.set(job, { ...sound, ...change })
  return isAtRest(jobs, { calmAt: CALM_AT, now: NOW })
}

const openSince = (claimedAt: number, tick = NOW - 1000): Partial<FinalRecord> => {
  return { open: [{ tick, runId: 'open', claimedAt, isReleased: false }] }
}

it('is at rest once each tick is settled, and each run from before the calm has ended', () => {
  expect(withRecord('each-second', {})).toBe(true)
  expect(withRecord('long-skip', openSince(CALM_AT + 1))).toBe(true)
  expect(withRecord('long-skip', openSince(CALM_AT - 1))).toBe(false)
  expect(withRecord('by-hand', openSince(CALM_AT - 1))).toBe(false)
})

it('is not at rest while a tick is open for so long that a stop would leave an old tick', () => {
  expect(withRecord('long-queue', openSince(NOW - 500, NOW - 3000))).toBe(true)
  expect(withRecord('long-queue', openSince(NOW - 500, NOW - 4000))).toBe(false)
})

it('is not at rest while ticks wait, or a job has no record', () => {
  expect(withRecord('catches-up', { lastTick: NOW - 30_000 })).toBe(false)
  expect(withRecord('catches-up', { lastTick: null })).toBe(false)
  expect(withRecord('catches-up', undefined)).toBe(false)
})

it('expects no ticks of a job without a schedule, nor of the job that is paused and changed', () => {
  expect(withRecord('chained', { lastTick: null })).toBe(true)
  expect(withRecord('changed', { lastTick: CALM_AT - 60_000 })).toBe(true)
})
