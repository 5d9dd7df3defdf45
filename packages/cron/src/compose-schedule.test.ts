import { describe, expect, it } from 'vitest'
import { composeSchedule, everySchedule, InvalidScheduleError, onceSchedule, parseSchedule } from './index.ts'

const rome = { timezone: 'Europe/Rome' }
const nine = parseSchedule('0 9 * * *', rome)
const iso = (ticks: readonly number[]): string[] => ticks.map((tick) => new Date(tick).toISOString())
const at = (text: string): number => Date.parse(text)

describe('bounds', () => {
  it('include the first and the last instant, and the whole of a day in the zone', () => {
    const instants = { from: at('2027-01-04T08:00:00Z'), until: new Date('2027-01-06T08:00:00Z') }
    const days = { from: '2027-01-04', until: '2027-01-06' }
    for (const bounds of [instants, days]) {
      const schedule = composeSchedule([nine], { ...rome, ...bounds })
      expect(iso(schedule.upcoming(0, 9))).toEqual(['04', '05', '06'].map((day) => `2027-01-${day}T08:00:00.000Z`))
      expect(schedule.previous(at('2030-01-01T00:00:00Z'))).toBe(at('2027-01-06T08:00:00Z'))
      expect(schedule.previous(at('2027-01-04T08:00:00Z'))).toBeNull()
      expect(schedule.next(at('2027-01-06T08:00:00Z'))).toBeNull()
    }
  })

  it('hold for the tick as moved, and not for the tick before', () => {
    const rules = { ...rome, exclude: ['2027-01-08'], onExcluded: 'next-working-day' } as const
    // Friday the 8th moves to Monday the 11th, where there is a tick already.
    const schedule = composeSchedule([parseSchedule('0 9 8 * *', rome)], { ...rules, from: '2027-01-09' })
    expect(iso(schedule.upcoming(0, 1))).toEqual(['2027-01-11T08:00:00.000Z'])
    expect(
      composeSchedule([onceSchedule(at('2027-01-08T08:00:00Z'))], { ...rules, until: '2027-01-10' }).next(0),
    ).toBeNull()
  })
})

describe('several schedules', () => {
  it('are the ticks of all, each once', () => {
    const schedule = composeSchedule([parseSchedule('0 9 * * *'), everySchedule('6h', { offset: '3h' })])
    const day = at('2027-01-04T00:00:00Z')
    expect(iso(schedule.upcoming(day, 4)).map((text) => text.slice(11, 13))).toEqual(['03', '09', '15', '21'])
    expect(schedule).toMatchObject({ kind: 'composed', expression: '0 9 * * *; 6h', timezone: 'UTC' })
    expect(schedule.parts).toHaveLength(2)
  })
})

describe('exclusions', () => {
  it('of five fields exclude whole minutes, and of six fields whole seconds', () => {
    const seconds = parseSchedule('*/15 * * * * *')
    const start = at('2027-01-04T11:59:30Z')
    const clock = (exclude: string): string[] =>
      iso(composeSchedule([seconds], { exclude: [exclude] }).upcoming(start, 3)).map((text) => text.slice(11, 19))
    expect(clock('* 12 * * *')).toEqual(['11:59:45', '13:00:00', '13:00:15'])
    expect(clock('0 * 12 * * *')).toEqual(['11:59:45', '12:00:15', '12:00:30'])
  })

  it('jump over long excluded times, in both directions', () => {
    const schedule = composeSchedule([everySchedule('100ms')], {
      exclude: ['* * * 2-12 *', { from: '2028-01-01', until: '2028-12-31' }],
    })
    expect(schedule.next(at('2027-02-01T00:00:00Z'))).toBe(at('2029-01-01T00:00:00Z'))
    expect(schedule.previous(at('2029-01-01T00:00:00Z'))).toBe(at('2027-02-01T00:00:00Z') - 100)
    expect(composeSchedule([everySchedule('100ms')], { exclude: ['* * * * *'] }).next(0)).toBeNull()
    expect(composeSchedule([nine], { ...rome, exclude: ['* 9 * * *'] }).next(0)).toBeNull()
  })

  it('move ticks past weekends, holidays and other weekends', () => {
    const calendar = { dates: ['2026-12-25', '2026-12-26'], timezone: 'Europe/Rome' }
    const christmas = parseSchedule('0 9 25 12 *', rome)
    const moved = (weekend: string | null | undefined, onExcluded: 'next-working-day' | 'previous'): string =>
      iso(
        composeSchedule([christmas], {
          ...rome,
          exclude: [weekend === undefined ? calendar : { ...calendar, weekend }],
          onExcluded,
        }).upcoming(at('2026-12-01T00:00:00Z'), 1),
      )[0]?.slice(0, 10) ?? ''
    // The 25th is a Friday.
    expect(moved(undefined, 'next-working-day')).toBe('2026-12-28')
    expect(moved(undefined, 'previous')).toBe('2026-12-24')
    expect(moved(null, 'next-working-day')).toBe('2026-12-27')
    expect(moved('thu', 'previous')).toBe('2026-12-23')
  })
})

describe('the meaning', () => {
  const meaningOf = (rules: Parameters<typeof composeSchedule>[1]): string => composeSchedule([nine], rules).meaning

  it('is the same for the same rules in other words', () => {
    expect(meaningOf({ ...rome, exclude: ['2027-01-01', '2027-01-02'] })).toBe(
      meaningOf({ ...rome, exclude: ['2027-01-01', '2027-01-02'].toReversed() }),
    )
    const range = { from: '2027-01-01', until: '2027-01-02' }
    expect(meaningOf({ ...rome, exclude: [range] })).toBe(
      meaningOf({ ...rome, exclude: [{ dates: ['2027-01-02', '2027-01-01'] }] }),
    )
    expect(meaningOf({ ...rome, from: '2027-01-01' })).toBe(meaningOf({ ...rome, from: at('2026-12-31T23:00:00Z') }))
  })

  it('differs for other ticks', () => {
    const meanings = [
      meaningOf({}),
      meaningOf({ from: 0 }),
      meaningOf({ until: 0 }),
      meaningOf({ exclude: ['2027-01-01'] }),
      meaningOf({ ...rome, exclude: ['2027-01-01'] }),
      meaningOf({ exclude: ['2027-01-01'], onExcluded: 'previous' }),
      meaningOf({ exclude: [{ dates: ['2027-01-01'], weekend: null }], onExcluded: 'previous' }),
    ]
    expect(new Set(meanings).size).toBe(meanings.length)
  })
})

describe('a wrong rule', () => {
  it.each([
    [
      { from: '2027-02-01', until: '2027-01-31' },
      'expected until to be an instant at or after from, 2027-02-01, got "2027-01-31"',
    ],
    [
      { from: new Date(10), until: 9 },
      'expected until to be an instant at or after from, 1970-01-01T00:00:00.010Z, got "1970-01-01T00:00:00.009Z"',
    ],
    [{ from: 'tomorrow' }, 'expected from to be a day such as \'2027-12-25\', got "tomorrow"'],
    [
      { until: new Date(Number.NaN) },
      "expected until to be a Date, epoch milliseconds, or a day such as '2027-12-25', got",
    ],
    [{ from: '2027-02-30' }, 'No calendar has this day'],
    [{ exclude: ['2027-2-3'] }, 'write year, month and day as 2027-01-05'],
    [{ exclude: [new Date(0) as never] }, 'Name a day of the calendar as text: a Date is an instant'],
    [{ exclude: ['* * 25 13 *'] }, "'* * 25 13 *': month"],
    [{ exclude: [{ from: '2027-01-02', until: '2027-01-01' }] }, 'Exchange from and until'],
    [{ exclude: [{ dates: ['2027-01-01'], timezone: 'Europe/Rom' }] }, "Did you mean 'Europe/Rome'"],
    [{ exclude: [{ dates: [7 as never] }] }, 'expected exclude to be a day such as'],
    [{ exclude: [{ dates: [], weekend: '*' }], onExcluded: 'previous' }, 'No day would be a working day'],
    [
      { onExcluded: 'later' as never },
      "expected onExcluded to be 'skip', 'next-working-day' or 'previous', got \"later\"",
    ],
    [
      { exclude: ['* 12 * * *'], onExcluded: 'previous' },
      "expected exclude to be whole days with onExcluded 'previous'",
    ],
    [{ timezone: 'Mars' }, "'Mars'"],
    [{ timezone: 5 as never }, "timezone '5' is no IANA time zone"],
    [{ exlude: ['2027-01-01'] } as never, `expected rules to be one or more of timezone, from, until, exclude`],
    [{ exlude: ['2027-01-01'] } as never, "Did you mean 'exclude'?"],
    [{ holidays: [] } as never, 'Leave the rule out'],
    [{ exclude: '2027-01-01' as never }, 'expected exclude to be a list of days, ranges, cron expressions'],
    [null as never, 'expected rules to be an object, got null'],
    [[] as never, 'expected rules to be an object, got []'],
  ] as const)('%j is refused by name', (rules, message) => {
    expect(() => composeSchedule([nine], rules)).toThrow(InvalidScheduleError)
    expect(() => composeSchedule([nine], rules)).toThrow(message)
  })

  it('of moves is refused for a schedule with many ticks a day', () => {
    const rules = { exclude: ['2027-01-01'], onExcluded: 'previous' } as const
    for (const schedule of [parseSchedule('*/15 * * * *'), everySchedule('1m')]) {
      expect(() => composeSchedule([schedule], rules)).toThrow(/at most 48 ticks a day move to a working day/)
    }
  })

  it.each([[[]], [undefined], [nine], [['0 9 * * *']], [[nine, undefined]]])('%j is no list of schedules', (given) => {
    expect(() => composeSchedule(given as never, {})).toThrow(InvalidScheduleError)
    expect(() => composeSchedule(given as never, {})).toThrow(
      /expected schedules to be a list of one or more schedules/,
    )
  })
})

it.each(['1h', '-5m', 60 * 60_000, 1.5, 'soon'])('an offset of %j for an interval of an hour is refused', (offset) => {
  expect(() => everySchedule('1h', { offset })).toThrow(
    /expected offset to be a duration such as '5m'.* less than the interval of 1h/,
  )
})
