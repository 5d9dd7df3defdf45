import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit, type AuditedJob, createOperator, scheduleOf } from '@s3sched/operator'
import { createFleet, during, eventsOf, type Fleet, type FleetJobs, MINUTE, NOON, SECOND } from './fleet.ts'

const STEP = 10 * MINUTE
/** The end of a run may wait two seconds for other writes. */
const ENDED = 3 * SECOND

let fleet: Fleet
let runs: string[]
beforeEach(() => {
  fleet = createFleet()
  runs = []
})
afterEach(() => fleet.stopAll())

const job = (definition: Omit<FleetJobs[string], 'action'>): FleetJobs[string] => ({
  ...definition,
  action: (_, { scheduledTime }) => void runs.push(scheduledTime.toISOString().slice(5, 16)),
})
const audited = async (): Promise<AuditedJob> => {
  const [row] = await audit(fleet.store, { prefix: '' })
  if (row === undefined) throw new Error('the audit has no row')
  return row
}
const sound = { unaccounted: 0, doubled: 0, lost: 0, missed: 0, skipped: 0, open: 0, withdrawn: 0 }

describe('the bounds of a schedule', () => {
  it('hold for runs, the next run, and the audit', async () => {
    const bounded = job({ schedule: '*/10 * * * *', from: new Date(NOON + 2 * STEP), until: NOON + 3 * STEP })
    const { scheduler } = await fleet.bootLeader({ bounded })
    expect(scheduler.getJobStatus('bounded')?.nextRun).toEqual(new Date(NOON + 2 * STEP))
    await fleet.clock.advance(5 * STEP)
    expect(runs).toEqual(['01-05T12:20', '01-05T12:30'])
    expect(scheduler.getJobStatus('bounded')?.nextRun).toBeNull()
    expect(await audited()).toMatchObject({ ...sound, expected: 2, ran: 2 })
  })

  it('catches up within the bounds alone', async () => {
    const bounded = job({ schedule: '*/10 * * * *', until: NOON + 3 * STEP, catchUp: 'all' })
    const a = await fleet.bootLeader({ bounded })
    fleet.cutOff(a)
    await fleet.clock.advance(6 * STEP)
    await fleet.boot('b', { bounded })
    await fleet.clock.advance(5 * MINUTE)
    expect(runs).toEqual(['01-05T12:10', '01-05T12:20', '01-05T12:30'])
    expect(await audited()).toMatchObject({ ...sound, expected: 3, ran: 3 })
  })
})

describe('maxRuns', () => {
  it('ends the ticks after so many runs, also of another leader, and the audit expects no more', async () => {
    const limited = job({ schedule: '*/10 * * * *', maxRuns: 3 })
    const a = await fleet.bootLeader({ limited })
    await fleet.clock.advance(2 * STEP + ENDED)
    fleet.cutOff(a)
    await fleet.boot('b', { limited })
    await fleet.clock.advance(5 * STEP)
    expect(runs).toEqual(['01-05T12:10', '01-05T12:20', '01-05T12:30'])
    expect(await audited()).toMatchObject({ ...sound, expected: 3, ran: 3 })
    const view = await createOperator(fleet.store, { prefix: '' }).job('limited')
    expect(view).toMatchObject({ nextRun: null, runsLeft: 0, state: 'active' })
    expect(scheduleOf(view)?.next(NOON + 3 * STEP)).toBeNull()
  })

  it('leaves runs by hand alone, and a higher limit goes on from the change', async () => {
    const limited = job({ schedule: '*/10 * * * *', maxRuns: 1 })
    const { scheduler } = await fleet.bootLeader({ limited })
    await fleet.clock.advance(STEP + ENDED)
    await during(fleet.clock, scheduler.runJob('limited'))
    await fleet.clock.advance(2 * STEP)
    expect(runs).toEqual(['01-05T12:10', '01-05T12:10'])
    await during(fleet.clock, scheduler.updateJob('limited', { maxRuns: 2 }))
    await fleet.clock.advance(3 * STEP)
    expect(runs).toHaveLength(3)
    expect(await audited()).toMatchObject({ ...sound, expected: 2, ran: 2, periods: 2 })
  })

  it('does not count ticks that are missed, and shows the ticks that are left', async () => {
    const limited = job({ schedule: '*/10 * * * *', maxRuns: 3 })
    const a = await fleet.bootLeader({ limited })
    fleet.cutOff(a)
    await fleet.clock.advance(4 * STEP)
    await fleet.boot('b', { limited })
    await fleet.clock.advance(5 * MINUTE)
    const view = await createOperator(fleet.store, { prefix: '' }).job('limited')
    expect(view.runsLeft).toBe(2)
    expect(scheduleOf(view)?.upcoming(NOON + 4 * STEP, 9)).toEqual([NOON + 5 * STEP, NOON + 6 * STEP])
    expect(await audited()).toMatchObject({ ...sound, expected: 4, ran: 1, missed: 3 })
  })
})

describe('excluded ticks', () => {
  const calendars = { italy: { timezone: 'Europe/Rome', dates: ['2026-01-06'] } }

  it('do not run, move to a working day, and are no misses', async () => {
    const skipping = job({ schedule: '*/10 * * * *', exclude: ['italy', '* 12 * * *'] })
    const moving = job({ schedule: '0 16 6 1 *', exclude: 'italy', onExcluded: 'next-working-day' })
    const { scheduler } = await fleet.bootLeader({ skipping, moving }, { calendars })
    expect(scheduler.getJobStatus('moving')?.nextRun).toEqual(new Date('2026-01-07T16:00:00Z'))
    await fleet.clock.advance(7 * STEP + ENDED)
    expect(runs).toEqual(['01-05T13:00', '01-05T13:10'])
    const rows = await audit(fleet.store, { prefix: '' })
    expect(rows).toMatchObject([
      { ...sound, job: 'moving', expected: 0 },
      { ...sound, job: 'skipping', expected: 2, ran: 2 },
    ])
  })

  it('are known from the bucket alone, with the days of the calendar', async () => {
    await fleet.bootLeader({ job: job({ schedule: '@daily', exclude: 'italy' }) }, { calendars })
    const view = await createOperator(fleet.store, { prefix: '' }).job('job')
    expect(view.spec.schedule).toEqual({ of: ['@daily'], exclude: [{ name: 'italy', ...calendars.italy }] })
    expect(scheduleOf(view)?.upcoming(NOON, 1)).toEqual([Date.UTC(2026, 0, 7)])
  })
})

it('several schedules of a job are its ticks, each once, and settle in order', async () => {
  const several = job({ schedule: ['10,20 * * * *', { every: '20m', offset: '10m' }, new Date(NOON + 15 * MINUTE)] })
  await fleet.bootLeader({ several })
  await fleet.clock.advance(3 * STEP + ENDED)
  expect(runs).toEqual(['01-05T12:10', '01-05T12:15', '01-05T12:20', '01-05T12:30'])
  expect(await audited()).toMatchObject({ ...sound, expected: 4, ran: 4 })
})

it('a change of a rule alone changes the schedule of the job, from then on', async () => {
  const a = await fleet.bootLeader({ job: job({ schedule: '*/10 * * * *', until: NOON + 2 * STEP }) })
  await fleet.clock.advance(STEP + ENDED)
  await during(fleet.clock, a.scheduler.updateJob('job', { until: NOON + 3 * STEP }))
  await fleet.clock.advance(5 * STEP)
  expect(runs).toEqual(['01-05T12:10', '01-05T12:20', '01-05T12:30'])
  expect(eventsOf(a, 'plg:scheduler:job-updated')).toHaveLength(1)
  expect(await audited()).toMatchObject({ ...sound, expected: 3, ran: 3, periods: 2 })
})

it.each<[Omit<FleetJobs[string], 'action'>, RegExp]>([
  [{ schedule: '@daily', from: '2027-01-02', until: '2027-01-01' }, /'2027-01-01': expected until to be .* after from/],
  [{ schedule: '@daily', exclude: 'itly' }, /got 'itly'\. Name it in the scheduler's calendars/],
  [{ schedule: '0 9 1 1 *', exclude: '* * 1 1 *' }, /its exclusions leave none/],
  [{ schedule: null, until: '2027-01-01', maxRuns: 3 }, /expected a schedule for until and maxRuns, got null/],
  [{ schedule: [] }, /expected schedule to be a cron expression, .* a list of these/],
  [{ schedule: '@daily', from: true as never }, /expected from to be a Date, epoch milliseconds, or a day/],
  [{ schedule: '@daily', maxRuns: -1 }, /expected maxRuns to be an integer >= 0, got -1/],
  [{ schedule: '@daily', onExcluded: 'later' as never }, /onExcluded/],
  [{ schedule: { every: '1h', offset: '90m' } }, /expected offset to be .* less than the interval of 1h, got "90m"/],
])('a wrong rule is refused by name: %#', async (definition, message) => {
  await expect(fleet.boot('a', { job: job(definition) })).rejects.toThrow(message)
})

it('wrong calendars are refused with the options', async () => {
  const calendars = { italy: { dates: ['2027-13-01'] } }
  await expect(fleet.boot('a', {}, { calendars })).rejects.toThrow(/calendar 'italy': '2027-13-01'/)
})
