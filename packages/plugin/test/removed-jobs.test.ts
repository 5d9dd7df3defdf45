import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

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

type Call = (
  scheduler: Instance['scheduler'],
  range: { readonly from: number; readonly to: number },
) => Promise<unknown>

const ORDERS: Readonly<Record<string, Call>> = {
  backfill: (scheduler, range) => scheduler.backfill('job', range),
  requestRun: (scheduler) => scheduler.requestRun('job'),
  cancelRun: (scheduler) => scheduler.cancelRun('job'),
  cancelBackfill: (scheduler) => scheduler.cancelBackfill('job'),
}

const CALLS: Readonly<Record<string, Call>> = {
  ...ORDERS,
  updateJob: (scheduler) => scheduler.updateJob('job', { schedule: '* * * * *' }),
  disableJob: (scheduler) => scheduler.disableJob('job'),
  enableJob: (scheduler) => scheduler.enableJob('job'),
  runJob: (scheduler) => scheduler.runJob('job'),
}

const call = (name: string, { scheduler }: Instance): Promise<unknown> => {
  const now = fleet.clock.now()
  return during(fleet.clock, (CALLS[name] as Call)(scheduler, { from: now - MINUTE, to: now }))
}

it.each(Object.keys(CALLS))('%s finds no job that another instance has removed', async (name) => {
  const [a, b] = [await fleet.bootLeader({ job: noting(null) }), await fleet.boot('b', { job: noting(null) })]
  await during(fleet.clock, a.scheduler.removeJob('job'))
  await expect(call(name, b)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
})

it.each(Object.keys(ORDERS))('%s finds a job that was removed and is there again', async (name) => {
  const [a, b] = [await fleet.bootLeader({ job: noting('* * * * *') }), await fleet.boot('b', { job: noting(null) })]
  await during(fleet.clock, a.scheduler.removeJob('job'))
  await expect(call(name, b)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  await during(fleet.clock, a.scheduler.addJob('job', noting('* * * * *')))
  await call(name, b)
})

it('a new action for a job that is known as removed is refused at once', async () => {
  const { scheduler } = await fleet.bootLeader({ job: noting(null) })
  const b = await fleet.boot('b', { job: noting(null) })
  await during(fleet.clock, b.scheduler.removeJob('job'))
  await during(fleet.clock, scheduler.refresh())
  expect(() => scheduler.updateJob('job', { action: () => {} })).toThrow(/not found/)
})

it('the name of a job that another instance has removed is free', async () => {
  const [{ scheduler }, b] = [
    await fleet.bootLeader({ job: noting(null) }),
    await fleet.boot('b', { job: noting(null) }),
  ]
  await during(fleet.clock, b.scheduler.removeJob('job'))
  await during(fleet.clock, scheduler.refresh())
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
