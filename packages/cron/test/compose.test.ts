import { casesOf } from '@s3sched-tooling/vitest/share-of'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composeSchedule,
  everySchedule,
  onceSchedule,
  parseSchedule,
  type Calendar,
  type Exclusion,
  type OnExcluded,
  type Schedule,
} from '../src/index.ts'
import { localClock, type LocalTime } from './compose/local-times.ts'

/**
 * The ticks of composed schedules against an oracle that asks for every five minutes of five weeks what the clocks of all zones
 * show, and knows no calendar arithmetic.
 */

const MINUTE = 60_000
const STEP = 5 * MINUTE
const DAY = 86_400_000

interface Excluded {
  readonly exclusion: Exclusion
  readonly zone: string | undefined
  readonly isExcluded: (local: LocalTime) => boolean
}

/** Weeks with a change of the clock forward, back at midnight, back, and without. */
const places = [
  { zone: 'Europe/Rome', start: Date.UTC(2026, 2, 22) },
  { zone: 'America/New_York', start: Date.UTC(2026, 9, 25) },
  { zone: 'America/Havana', start: Date.UTC(2026, 9, 25) },
  { zone: 'Africa/Cairo', start: Date.UTC(2026, 3, 16) },
  { zone: 'Asia/Tokyo', start: Date.UTC(2026, 4, 1) },
  { zone: 'UTC', start: Date.UTC(2026, 11, 20) },
] as const
const WINDOW_DAYS = 14
/** The oracle knows the days around the window, so that no tick moves in from outside unseen. */
const MARGIN_DAYS = 12

const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10)

function excludedOf(start: number, isDaily: boolean): fc.Arbitrary<Excluded> {
  const day = fc.integer({ min: 0, max: WINDOW_DAYS - 1 }).map((days) => dayText(start + days * DAY))
  const oneDay = day.map((date): Excluded => ({
    exclusion: date,
    zone: undefined,
    isExcluded: (local) => local.date === date,
  }))
  const range = fc.tuple(day, fc.integer({ min: 0, max: 3 })).map(([from, days]): Excluded => {
    const until = dayText(Date.parse(from) + days * DAY)
    return {
      exclusion: { from, until },
      zone: undefined,
      isExcluded: ({ date }) => from <= date && date <= until,
    }
  })
  const calendar = fc
    .tuple(day, day, fc.constantFrom('Asia/Tokyo', 'America/New_York', undefined))
    .map(([first, second, zone]): Excluded => {
      const dates: Calendar['dates'] = [first, { from: second, until: second }]
      return {
        exclusion: { dates, ...(zone === undefined ? {} : { timezone: zone }) },
        zone,
        isExcluded: ({ date }) => date === first || date === second,
      }
    })
  const weekday = fc.integer({ min: 0, max: 6 }).map((number): Excluded => ({
    exclusion: `* * * * ${number}`,
    zone: undefined,
    isExcluded: (local) => local.weekday === number,
  }))
  const hours = fc.integer({ min: 0, max: 22 }).map((hour): Excluded => ({
    exclusion: `* ${hour}-${hour + 1} * * *`,
    zone: undefined,
    isExcluded: (local) => local.hour === hour || local.hour === hour + 1,
  }))
  const minute = fc.integer({ min: 0, max: 3 }).map((quarter): Excluded => ({
    exclusion: `${quarter * 15} */2 * * *`,
    zone: undefined,
    isExcluded: (local) => local.minute === quarter * 15 && local.hour % 2 === 0,
  }))
  const daily = [oneDay, range, calendar, weekday]
  return fc.oneof(...(isDaily ? daily : [...daily, hours, minute]))
}

const simple = (zone: string): fc.Arbitrary<Schedule> =>
  fc
    .constantFrom(
      '0 9 * * *',
      '30 2 * * *',
      '0 0 * * *',
      '15 12 * * 1-5',
      '0 */6 * * *',
      '45 23 1,15 * *',
      '0 1 * * 0,6',
    )
    .map((expression) => parseSchedule(expression, { timezone: zone }))
const interval = fc
  .tuple(fc.constantFrom('90m', '7h', '1d'), fc.constantFrom('0ms', '5m', '40m'))
  .map(([every, offset]) => everySchedule(every, { offset }))

const cases = fc.constantFrom(...places).chain(({ start, zone }) =>
  fc.constantFrom<OnExcluded>('skip', 'next-working-day', 'previous').chain((onExcluded) =>
    fc.record({
      zone: fc.constant(zone),
      start: fc.constant(start),
      onExcluded: fc.constant(onExcluded),
      schedules: fc.array(fc.oneof(simple(zone), interval), { minLength: 1, maxLength: 2 }),
      excluded: fc.array(excludedOf(start, onExcluded !== 'skip'), { maxLength: 3 }),
      from: fc.option(fc.integer({ min: 0, max: WINDOW_DAYS * 1440 }), { nil: undefined }),
      until: fc.option(fc.integer({ min: 0, max: WINDOW_DAYS * 1440 }), { nil: undefined }),
    }),
  ),
)

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

/** All ticks of the window, found by looking at each minute. */
function bruteForce({
  excluded,
  from = -Infinity,
  onExcluded,
  schedules,
  start,
  until = Infinity,
  zone,
}: Case): number[] {
  const [first, last] = [start - MARGIN_DAYS * DAY, start + (WINDOW_DAYS + MARGIN_DAYS) * DAY]
  const clock = localClock(zone, first, last)
  const clocks = new Map(
    excluded.map((each) => [each, each.zone === undefined ? clock : localClock(each.zone, first, last)] as const),
  )
  const isExcluded = (at: number): boolean =>
    excluded.some((each) => each.isExcluded(clocks.get(each)?.at(at) ?? clock.at(at)))
  const ticks = new Set<number>()
  for (let at = first; at < last; at += STEP) {
    if (!schedules.some((schedule) => schedule.matches(at))) continue
    if (!isExcluded(at)) ticks.add(at)
    else if (onExcluded !== 'skip' && excluded.length > 0) {
      const { date, time } = clock.at(at)
      for (let distance = 1; distance <= MARGIN_DAYS; distance++) {
        const day = dayText(Date.parse(date) + (onExcluded === 'previous' ? -distance : distance) * DAY)
        const target = clock.firstAtOrAfter(`${day} ${time}`)
        if (target === undefined) break
        const weekday = new Date(day).getUTCDay()
        if (weekday === 0 || weekday === 6 || isExcluded(target)) continue
        ticks.add(target)
        break
      }
    }
  }
  const [lower, upper] = [
    Math.max(start, start + from * MINUTE),
    Math.min(start + WINDOW_DAYS * DAY, start + until * MINUTE),
  ]
  return [...ticks].filter((tick) => tick >= lower && tick <= upper).toSorted((a, b) => a - b)
}

function composed({ excluded, from, onExcluded, schedules, start, until, zone }: Case): Schedule {
  return composeSchedule(schedules, {
    timezone: zone,
    onExcluded,
    exclude: excluded.map(({ exclusion }) => exclusion),
    ...(from === undefined ? {} : { from: start + from * MINUTE }),
    ...(until === undefined ? {} : { until: new Date(start + until * MINUTE) }),
  })
}

describe('a composed schedule', () => {
  it('has the ticks that a look at every five minutes finds, in both directions', () => {
    fc.assert(
      fc.property(cases, (given) => {
        fc.pre((given.from ?? -Infinity) <= (given.until ?? Infinity))
        const schedule = composed(given)
        const expected = bruteForce(given)
        const [begin, end] = [given.start, given.start + WINDOW_DAYS * DAY]
        const forward: number[] = []
        for (let at = schedule.next(begin - 1); at !== null && at <= end; at = schedule.next(at)) forward.push(at)
        const backward: number[] = []
        for (let at = schedule.previous(end + 1); at !== null && at >= begin; at = schedule.previous(at))
          backward.push(at)
        expect(forward).toEqual(expected)
        expect(backward.toReversed()).toEqual(expected)
        for (const tick of expected.slice(0, 5)) expect(schedule.matches(tick)).toBe(true)
      }),
      { numRuns: casesOf(150), seed: 23 },
    )
  })
})

it('keeps a single instant that is not excluded', () => {
  const at = Date.UTC(2027, 0, 4, 9)
  expect(composeSchedule([onceSchedule(at)], { exclude: ['2027-01-05'] }).upcoming(0, 5)).toEqual([at])
  expect(composeSchedule([onceSchedule(at)], { exclude: ['2027-01-04'] }).next(0)).toBeNull()
})
