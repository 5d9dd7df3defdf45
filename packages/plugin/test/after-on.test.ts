import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PredecessorRun } from '../src/index.ts'
import { createFleet, during, type Fleet, type FleetJobs, SECOND } from './fleet.ts'

let fleet: Fleet
let started: { readonly job: string; readonly by: Readonly<Record<string, PredecessorRun>> | undefined }[]
let fails: boolean
beforeEach(() => {
  fleet = createFleet()
  started = []
  fails = false
})
afterEach(() => fleet.stopAll())

const follower = (after: FleetJobs[string]['after'], more: object = {}): FleetJobs[string] => ({
  schedule: null,
  ...(after === undefined ? {} : { after }),
  ...more,
  action: (_, { jobName, predecessors }) => void started.push({ job: jobName, by: predecessors }),
})
const load: FleetJobs[string] = {
  schedule: null,
  action: () => {
    if (fails) throw new Error('no space left')
    return { rows: 42 }
  },
}
const runLoad = async ({ scheduler }: Awaited<ReturnType<Fleet['boot']>>): Promise<void> => {
  // A run that ends in the instant of the definition starts nothing.
  await fleet.clock.advance(SECOND)
  await during(fleet.clock, scheduler.runJob('load')).catch(() => undefined) // its error is what is tested
  await fleet.clock.advance(10 * SECOND)
}

it('starts jobs at the end that each of them wants, with the run and its result', async () => {
  const a = await fleet.bootLeader({
    load,
    report: follower('load'),
    alarm: follower({ job: 'load', on: 'failure' }),
    clean: follower([{ job: 'load', on: 'end' }]),
  })
  await runLoad(a)
  expect(started.map(({ job }) => job).toSorted()).toEqual(['clean', 'report'])
  const result = { status: 'success', result: { rows: 42 }, error: null }
  for (const { by } of started) expect(by).toMatchObject({ load: result })
  started = []
  fails = true
  await runLoad(a)
  expect(started.map(({ job }) => job).toSorted()).toEqual(['alarm', 'clean'])
  for (const { by } of started) expect(by).toMatchObject({ load: { status: 'failed', error: 'no space left' } })
  expect(started[0]?.by?.['load']).not.toHaveProperty('result')
})

it('gives no predecessors to a run by hand, and results of more than 64 KiB to none', async () => {
  const big: FleetJobs[string] = { schedule: null, action: () => 'x'.repeat(40_000) }
  const a = await fleet.bootLeader({ load: big, other: big, after: follower(['load', 'other']) })
  await during(fleet.clock, a.scheduler.runJob('after'))
  expect(started).toMatchObject([{ by: undefined }])
  await runLoad(a)
  await during(fleet.clock, a.scheduler.runJob('other'))
  await fleet.clock.advance(10 * SECOND)
  expect(Object.keys(started[1]?.by ?? {})).toEqual(['load', 'other'])
  expect(started[1]?.by?.['load']).toEqual({
    runId: expect.any(String) as string,
    status: 'success',
    scheduledTime: expect.any(Number) as number,
    error: null,
  })
})

it('keeps the predecessors of a run for its retry in another process', async () => {
  let attempts = 0
  const retried: FleetJobs[string] = {
    schedule: null,
    after: 'load',
    retries: 1,
    backoff: [300 * SECOND],
    action: (_, { jobName, predecessors }) => {
      started.push({ job: jobName, by: predecessors })
      if (++attempts === 1) throw new Error('again')
    },
  }
  const a = await fleet.bootLeader({ load, retried })
  await runLoad(a)
  await fleet.boot('b', { load, retried })
  fleet.cutOff(a)
  await fleet.clock.advance(600 * SECOND)
  expect(started).toHaveLength(2)
  expect(started[1]).toEqual(started[0])
})

it('changes the wanted end at run time', async () => {
  const a = await fleet.bootLeader({ load, report: follower({ job: 'load', on: 'failure' }) })
  await during(fleet.clock, a.scheduler.updateJob('report', { after: 'load' }))
  await runLoad(a)
  expect(started.map(({ job }) => job)).toEqual(['report'])
})

it.each([
  [{ job: 'load', on: 'sucess' }, /expected after to be a job's name, \{ job, on: 'success' \| 'failure' \| 'end' \}/],
  [{ job: 'load', when: 'end' }, /expected after to be/],
  [{ job: 'lod', on: 'end' }, /comes after 'lod', and there is no such job\. Did you mean 'load'\?/],
  [['load', { job: 'load', on: 'failure' }], /comes after 'load' twice\. Name it once; on: 'end' stands for/],
  [{ job: 'report', on: 'end' }, /can't come after itself/],
])('refuses a wrong predecessor: %j', async (after, message) => {
  await expect(fleet.boot('a', { load, report: follower(after as never) })).rejects.toThrow(message)
})
