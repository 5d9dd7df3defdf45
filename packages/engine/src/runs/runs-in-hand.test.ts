import { claimRun, type JobRecord, type JobSpec, newJob } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { RunsInHand } from './runs-in-hand.ts'

const claimant = { workerId: 'w', instance: 'i', role: 'member', epoch: null, claimedAt: 0 } as const
const recordWith = (overlap: JobSpec['overlap'], ...runIds: string[]): JobRecord =>
  runIds.reduce<JobRecord>(
    (record, runId) => claimRun(record, { runId, tick: 0, trigger: 'schedule', ...claimant }),
    newJob({ overlap, after: [] } as unknown as JobSpec, 'h', 0),
  )

it('has a run from the mark before its claim to its end', async () => {
  const inHand = new RunsInHand()
  inHand.hold('r')
  expect(inHand.has('r')).toBe(true)
  let end = (): void => undefined
  const ending = new Promise<undefined>((resolve) => (end = () => resolve(undefined)))
  const ended = inHand.enter('r', ending)
  expect(inHand.ends).toEqual([ended])
  expect(inHand.has('r')).toBe(true)
  end()
  await ended
  expect(inHand.has('r')).toBe(false)
  expect(inHand.ends).toEqual([])
})

it('lets a run go that was not claimed, and a run whose end fails', async () => {
  const inHand = new RunsInHand()
  const over = inHand.hold('r')
  over()
  expect(inHand.has('r')).toBe(false)
  await expect(inHand.enter('s', Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(inHand.has('s')).toBe(false)
})

it('finds the runs of other processes in a record, and only these in the way', () => {
  const inHand = new RunsInHand()
  inHand.hold('mine')
  const record = recordWith('skip', 'mine', 'theirs')
  expect(inHand.foreign(record).map(({ runId }) => runId)).toEqual(['theirs'])
  expect(inHand.isBlocked(record)).toBe(true)
  expect(inHand.isBlocked(recordWith('skip', 'mine'))).toBe(false)
  expect(inHand.isBlocked(recordWith('allow', 'theirs'))).toBe(false)
})
