import { claimRun, type JobRecord, type JobSpec, newJob } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { RunsInHand } from './runs-in-hand.ts'

const claimant = { workerId: 'w', instance: 'i', role: 'member', epoch: null, claimedAt: 0 } as const
const recordWith = (overlap: JobSpec['overlap'], ...runIds: string[]): JobRecord =>
  runIds.reduce<JobRecord>(
    (record, runId) => claimRun(record, { runId, tick: 0, trigger: 'schedule', ...claimant }),
    newJob({ overlap, after: [] } as unknown as JobSpec, 'h', 0),
  )

const named = (runId: string) => ({ runId, fence: 3, instance: 'i', retry: null })

it('has a run from the mark before its claim to the end of the same stay', () => {
  const inHand = new RunsInHand('i')
  inHand.hold('r')
  expect(inHand.has(named('r'))).toBe(true)
  const stay = { fence: 3, ended: Promise.resolve(undefined) }
  inHand.enter('r', stay)
  expect(inHand.ends).toEqual([stay.ended])
  expect(inHand.has(named('r'))).toBe(true)
  inHand.leave('r', { ...stay })
  expect(inHand.has(named('r'))).toBe(true)
  inHand.leave('r', stay)
  expect(inHand.has(named('r'))).toBe(false)
  expect(inHand.ends).toEqual([])
})

it('lets a run go that was not claimed', () => {
  const inHand = new RunsInHand('i')
  const over = inHand.hold('r')
  over()
  expect(inHand.has(named('r'))).toBe(false)
})

it('has no run that the record gives to another process, or to no process, while a takeover is under way', () => {
  const inHand = new RunsInHand('i')
  const over = inHand.hold('r')
  const again = inHand.hold('r')
  const retry = { attempt: 0, error: '', delayMs: 0, notedAt: 0, released: true }
  expect(inHand.has({ ...named('r'), retry })).toBe(false)
  expect(inHand.has({ ...named('r'), instance: 'another' })).toBe(false)
  again()
  expect(inHand.has({ ...named('r'), retry: { ...retry, released: false } })).toBe(true)
  over()
  expect(inHand.has(named('r'))).toBe(false)
})

it('has a run that the record gives to another process by an earlier claim, after a deletion', () => {
  const inHand = new RunsInHand('i')
  const stay = { fence: 3, ended: Promise.resolve(undefined) }
  inHand.enter('r', stay)
  const retry = { attempt: 1, error: '', delayMs: 0, notedAt: 0, released: true }
  const earlier = { ...named('r'), instance: 'another', retry, fence: 2 }
  expect(inHand.has(earlier)).toBe(true)
  expect(inHand.has({ ...earlier, fence: 4 })).toBe(false)
  inHand.leave('r', stay)
  expect(inHand.has(earlier)).toBe(false)
})

it('finds the runs of other processes in a record, and only these in the way', () => {
  const inHand = new RunsInHand('i')
  inHand.hold('mine')
  const record = recordWith('skip', 'mine', 'theirs')
  expect(inHand.foreign(record).map(({ runId }) => runId)).toEqual(['theirs'])
  expect(inHand.isBlocked(record)).toBe(true)
  expect(inHand.isBlocked(recordWith('skip', 'mine'))).toBe(false)
  expect(inHand.isBlocked(recordWith('allow', 'theirs'))).toBe(false)
})
