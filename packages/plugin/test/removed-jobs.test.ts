import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
let runs: string[]
beforeEach(() => {
  fleet = createFleet()
  runs = []
})
afterEach(() => fleet.stopAll())

const noting = (schedule: string | null): FleetJobs[string] => ({
  schedule,
  action: (_, { jobName }) => void runs.push(jobName),
})

it('a job whose removal the store does not answer can be removed and added again', async () => {
  const { network, scheduler } = await fleet.bootLeader({ job: noting('* * * * *') })
  network.partition('requests')
  await expect(during(fleet.clock, scheduler.removeJob('job'))).rejects.toMatchObject({ code: 'STORE' })
  network.heal()
  await fleet.clock.advance(MINUTE)
  await during(fleet.clock, scheduler.removeJob('job'))
  await during(fleet.clock, scheduler.addJob('job', noting('* * * * *')))
  runs = []
  await fleet.clock.advance(3 * MINUTE)
  expect(runs).toEqual(['job', 'job', 'job'])
  await during(fleet.clock, scheduler.removeJob('job'))
  expect(scheduler.listJobs()).toEqual([])
})

it('a job whose removal landed without an answer is added again', async () => {
  const { network, scheduler } = await fleet.bootLeader({ job: noting('* * * * *') })
  network.partition('responses')
  await expect(during(fleet.clock, scheduler.removeJob('job'))).rejects.toMatchObject({ code: 'STORE' })
  expect(() => scheduler.addJob('job', noting('* * * * *'))).toThrow(/already exists/)
  network.heal()
  await fleet.clock.advance(MINUTE)
  expect(scheduler.getJobStatus('job')).toBeNull()
  await during(fleet.clock, scheduler.addJob('job', noting('* * * * *')))
  runs = []
  await fleet.clock.advance(3 * MINUTE)
  expect(runs).toEqual(['job', 'job', 'job'])
})

it('a job that another instance has removed is not found, and its name is free', async () => {
  const [a, b] = [await fleet.bootLeader({ job: noting(null) }), await fleet.boot('b', { job: noting(null) })]
  await during(fleet.clock, b.scheduler.removeJob('job'))
  const { scheduler } = a
  const range = { from: fleet.clock.now() - MINUTE, to: fleet.clock.now() }
  const refused: Record<string, () => Promise<unknown>> = {
    updateJob: () => scheduler.updateJob('job', { schedule: '* * * * *' }),
    disableJob: () => scheduler.disableJob('job'),
    enableJob: () => scheduler.enableJob('job'),
    runJob: () => scheduler.runJob('job'),
    backfill: () => scheduler.backfill('job', range),
    requestRun: () => scheduler.requestRun('job'),
    cancelRun: () => scheduler.cancelRun('job'),
    cancelBackfill: () => scheduler.cancelBackfill('job'),
  }
  for (const [method, call] of Object.entries(refused)) {
    await expect(during(fleet.clock, call()), method).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  }
  expect(() => scheduler.addJob('job', noting('never'))).toThrow(/invalid cron expression/)
  await during(fleet.clock, scheduler.addJob('job', noting('* * * * *')))
  await fleet.clock.advance(2 * MINUTE)
  expect(runs).toEqual(['job', 'job'])
  await during(fleet.clock, b.scheduler.refresh())
  await during(fleet.clock, b.scheduler.removeJob('job'))
  await during(fleet.clock, scheduler.removeJob('job'))
  expect(() => scheduler.removeJob('job')).toThrow(/not found/)
})

it('an open run of a removed job can be cancelled', async () => {
  const job: FleetJobs[string] = {
    schedule: null,
    action: (_, { signal }) => new Promise((__, reject) => signal.addEventListener('abort', reject)),
  }
  const [a, b] = [await fleet.bootLeader({ job }), await fleet.boot('b', { job })]
  const run = Promise.allSettled([a.scheduler.runJob('job')])
  await fleet.clock.advance(SECOND)
  await during(fleet.clock, b.scheduler.removeJob('job'))
  expect(await during(fleet.clock, a.scheduler.cancelRun('job'))).toBe(true)
  expect(await during(fleet.clock, run)).toMatchObject([{ reason: { message: 'the run was cancelled' } }])
})
