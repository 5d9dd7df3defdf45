import { expect, it } from 'vitest'
import { claimRun, newJob, overrideJob, pauseJob, restoreJob, type RunClaim } from './job-changes.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { isDefinedAnew, reuniteJob } from './reunite-job.ts'

const spec = { schedule: '* * * * *', timezone: 'UTC', enabled: true, retries: 0 } as JobSpec
const defined = newJob(spec, 'old', 1000)
const claimOf = (runId: string, tick: number): RunClaim => ({
  runId,
  tick,
  trigger: 'schedule',
  workerId: 'w',
  instance: 'i',
  role: 'leader',
  epoch: 1,
  claimedAt: tick,
})
const known = claimRun(claimRun(defined, claimOf('a', 2000)), claimOf('b', 3000))

it('sees a new definition by a low fence and a later beginning, and none in what a hand has put back', () => {
  const anew = newJob(spec, 'old', 8000)
  expect(isDefinedAnew(known, anew, 500)).toBe(true)
  // The last tick was claimed ahead of its instant.
  expect(isDefinedAnew(known, newJob(spec, 'old', 2600), 500)).toBe(true)
  expect(isDefinedAnew(defined, anew, 500)).toBe(true)
  // The new record has more claims than the old record had.
  const claimed = ['c', 'd', 'e'].reduce((record, id, i) => claimRun(record, claimOf(id, 9000 + i)), anew)
  expect(isDefinedAnew(known, claimed, 500)).toBe(true)
  expect(isDefinedAnew(known, claimRun(known, claimOf('c', 4000)), 500)).toBe(false)
  expect(isDefinedAnew(known, defined, 500)).toBe(false)
  expect(isDefinedAnew({ ...known, lastTick: 9e15 }, anew, 500)).toBe(false)
  // Another process has restored the record, as known before some claims.
  expect(isDefinedAnew(known, restoreJob(claimRun(defined, claimOf('a', 2000)), 8000), 500)).toBe(false)
})

it('gives a job its past again, with the new definition and the runs of both records', () => {
  const anew = claimRun(newJob({ ...spec, retries: 9 }, 'new', 8000), claimOf('c', 9000))
  const reunited = reuniteJob(pauseJob(known), anew, 8500)
  expect(reunited).toMatchObject({ spec: { retries: 9 }, hash: 'new', since: 9000, lastTick: 9000, paused: true })
  expect(reunited.fence).toBeGreaterThan(known.fence + 999_999)
  expect(reunited.running.map(({ runId }) => runId)).toEqual(['a', 'b', 'c'])
})

it('takes the instant and the fence at a bound for what they are next to', () => {
  expect(isDefinedAnew(known, newJob(spec, 'old', 2500), 500)).toBe(true)
  expect(isDefinedAnew(known, newJob(spec, 'old', 2499), 500)).toBe(false)
  const anew = newJob(spec, 'old', 8000)
  expect(isDefinedAnew(known, { ...anew, fence: known.fence + 499_999 }, 500)).toBe(true)
  expect(isDefinedAnew(known, { ...anew, fence: known.fence + 500_000 }, 500)).toBe(false)
})

it('has a run of both records once, as the new record has it', () => {
  const [a, b] = known.running
  const anew = { ...newJob(spec, 'new', 8000), running: [{ ...a, workerId: 'x' }] } as typeof known
  expect(reuniteJob(known, anew, 8500).running).toMatchObject([
    { runId: b?.runId, workerId: 'w' },
    { runId: a?.runId, workerId: 'x' },
  ])
})

it('is paused where either record is, and knows what both have consumed', () => {
  const anew = newJob(spec, 'new', 8000)
  expect(reuniteJob(known, anew, 8500).paused).toBe(false)
  expect(reuniteJob(known, pauseJob(anew), 8500).paused).toBe(true)
  const consumed = (job: string, fence: number) => ({ [job]: { fence } }) as unknown as typeof known.consumed
  const reunited = reuniteJob(
    { ...known, consumed: { ...consumed('p', 1), ...consumed('q', 2) } },
    { ...anew, consumed: consumed('q', 3) },
    8500,
  )
  expect(reunited.consumed).toEqual({ ...consumed('p', 1), ...consumed('q', 3) })
})

it('lets no tick count that may have been claimed in the old record', () => {
  expect(reuniteJob(known, newJob(spec, 'old', 8000), 8500)).toMatchObject({ since: 8500, lastTick: 3000 })
  expect(reuniteJob(defined, newJob(spec, 'old', 8000), 8500)).toMatchObject({ since: 8500, lastTick: null })
})

it("keeps an operator's change where the definition is the one it was made against", () => {
  const changed = overrideJob(known, { retries: 3 }, 4000, 'job')
  expect(reuniteJob(changed, newJob(spec, 'old', 8000), 8500).override?.fields).toEqual({ retries: 3 })
  expect(reuniteJob(changed, newJob(spec, 'new', 8000), 8500).override).toBeNull()
})

it('has a fence far above those of both records', () => {
  const anew = ['c', 'd', 'e'].reduce(
    (record, id, i) => claimRun(record, claimOf(id, 9000 + i)),
    newJob(spec, 'old', 8000),
  )
  expect(reuniteJob(known, anew, 9500).fence).toBe(anew.fence + 1_000_000)
})

it('lets nobody go on with a run that waited before the loss, since others may have ended the run', () => {
  const [a, b] = known.running
  const retry = { attempt: 0, error: '', delayMs: 0, notedAt: 3000, released: true }
  const waiting = { ...known, running: [{ ...a, retry }, b] } as typeof known
  expect(restoreJob(waiting, 8000).running).toMatchObject([{ runId: 'a', fields: null }, { runId: 'b' }])
  expect(restoreJob(waiting, 8000).running[1]?.fields).toBe(b?.fields)
})
