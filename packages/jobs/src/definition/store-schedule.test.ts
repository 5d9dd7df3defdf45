import { describe, expect, it } from 'vitest'
import { compileNewSchedule, compileSchedule, intervalOf } from './compile-schedule.ts'
import { hasSameTicks } from './same-ticks.ts'
import { checkIntervalFields, storeSchedule, withRules } from './store-schedule.ts'
import type { StoredSchedule } from './stored-schedule.ts'

const compiled = (schedule: unknown, timezone = 'UTC') =>
  compileNewSchedule('job', { schedule: schedule as StoredSchedule, timezone })

describe('a schedule as plain data', () => {
  it('is as short as without lists, offsets and rules', () => {
    expect(storeSchedule('@daily')).toBe('@daily')
    expect(storeSchedule(['@daily'])).toBe('@daily')
    expect(storeSchedule({ every: '1h' })).toEqual({ every: '1h', anchor: 0 })
    expect(storeSchedule([new Date(5)])).toEqual({ at: 5 })
    expect(withRules('@daily', { exclude: [], onExcluded: 'previous' })).toBe('@daily')
    expect(withRules('@daily', { exclude: ['2027-01-01'], onExcluded: 'skip' })).toEqual({
      of: ['@daily'],
      exclude: ['2027-01-01'],
    })
  })

  it('holds a list, an offset, and bounds as instants or days', () => {
    const list = storeSchedule(['@daily', { every: '1h', offset: '5m' }, new Date(5)])
    expect(list).toEqual({ of: ['@daily', { every: '1h', anchor: 0, offset: '5m' }, { at: 5 }] })
    expect(withRules(list as StoredSchedule, { from: new Date(7), until: '2027-01-01' })).toMatchObject({
      from: 7,
      until: '2027-01-01',
    })
    expect(storeSchedule(list)).toBe(list)
  })

  it.each([[[]], [[null]], [['@daily', 7]], [{ ever: 5 }], [7]])('is nothing else: %j', (schedule) => {
    expect(storeSchedule(schedule)).toBeUndefined()
  })

  it('compiles to the ticks of all parts, with H by the name of the job', () => {
    const schedule = compiled({ of: ['H * * * *', { every: '1h', anchor: 0, offset: '90s' }], until: '1970-01-01' })
    const ticks = schedule?.upcoming(0, 100) ?? []
    expect(ticks).toHaveLength(48)
    expect(ticks.filter((tick) => tick % 3_600_000 === 90_000)).toHaveLength(24)
    expect(intervalOf(compiled({ of: [{ every: '500ms', anchor: 0 }, '@daily'] }))).toBe(500)
    expect(intervalOf(compiled({ of: ['@daily', '@weekly'] }))).toBeUndefined()
  })

  it('has the same ticks in other words', () => {
    const utc = (schedule: StoredSchedule) => ({ schedule, timezone: 'UTC' })
    expect(hasSameTicks('job', utc({ of: ['0 0 * * *', '@hourly'] }), utc({ of: ['@hourly', '@daily'] }))).toBe(true)
    expect(hasSameTicks('job', utc({ of: ['@daily'], from: 0 }), utc({ of: ['@daily'], from: '1970-01-01' }))).toBe(
      true,
    )
    expect(hasSameTicks('job', utc({ of: ['@daily'], from: 0 }), utc('@daily'))).toBe(false)
  })
})

describe('a wrong schedule', () => {
  it.each([
    [
      { of: ['@daily'], from: '2027-02-01', until: '2027-01-01' },
      /'job' has an invalid schedule: '2027-01-01': expected until to be an instant at or after from, 2027-02-01/,
    ],
    [{ of: ['0 0 30 2 *', '@daily'] }, /never fires: '0 0 30 2 \*'/],
    [{ of: ['@daily', 'soon'] }, /'job' has an invalid schedule: 'soon'/],
    [
      { of: ['0 9 1 1 *'], exclude: ['* * 1 1 *'] },
      /'job' has no tick: its exclusions leave none\. Exclude less, or move ticks/,
    ],
    [
      { of: ['0 9 1 1 *'], from: '2027-01-02', until: '2027-12-31' },
      /'job' has no tick: its schedule has none from 2027-01-02 until 2027-12-31\. Give from and until that hold a tick/,
    ],
    [{ of: [{ at: 5 }], exclude: ['1970-01-01'] }, /its exclusions leave none/],
    [
      { of: [{ every: '1h', anchor: 0, offset: '2h' }] },
      /expected offset to be a duration such as '5m'.* less than the interval of 1h/,
    ],
    [{ of: [{ every: '50ms', anchor: 0 }, '@daily'] }, /100 ms or more/],
  ])('%j is refused by name', (schedule, message) => {
    expect(() => compiled(schedule)).toThrow(message)
    expect(() => compiled(schedule)).toThrow(expect.objectContaining({ code: 'INVALID_SCHEDULE' }))
  })

  it('is allowed once its time is over, as a job stays in the code', () => {
    expect(compiled({ of: ['@daily'], until: '2020-01-01' })?.next(Date.UTC(2027, 0))).toBeNull()
  })

  it.each([
    [{ of: 7 }],
    [{ of: [] }],
    [{ of: [null] }],
    [{ of: ['@daily'], exclude: 7 }],
    [{ of: ['@daily'], exclude: [null] }],
    [{ of: ['@daily'], exclude: [{ dates: [null] }] }],
    [{ of: ['@daily'], from: {} }],
    [{ of: [{ of: ['@daily'] }] }],
  ])('of a foreign writer is an error of the record, and no crash: %j', (schedule) => {
    expect(() => compileSchedule('job', { schedule: schedule as never, timezone: 'UTC' })).toThrow(
      expect.objectContaining({ name: 'SchedulerError', code: 'INVALID_SCHEDULE' }),
    )
  })

  it('with an unknown field of an interval is refused, also in a list', () => {
    expect(() => checkIntervalFields('job', ['@daily', { every: '1h', ofset: '5m' }])).toThrow(
      /did you mean 'offset'\?/,
    )
  })
})
