import { S3SchedError } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, parseSchedule } from './index.ts'

function refusal(expression: unknown, timezone?: string): InvalidScheduleError {
  try {
    parseSchedule(expression as string, { timezone, hashSeed: 'job' })
  } catch (thrown) {
    if (thrown instanceof InvalidScheduleError) return thrown
    throw thrown
  }
  throw new Error(`${String(expression)} was accepted`)
}

describe('InvalidScheduleError', () => {
  it('names the expression, the field, the value and what was expected', () => {
    const error = refusal('61 * * * *')
    expect(error).toBeInstanceOf(S3SchedError)
    expect(error).toMatchObject({
      name: 'InvalidScheduleError',
      code: 'INVALID_SCHEDULE',
      retriable: false,
      message: "'61 * * * *': minute 61 is outside 0-59",
      expression: '61 * * * *',
      field: 'minute',
      value: '61',
      expected: '0-59',
      suggestion: undefined,
    })
  })

  const messages: readonly (readonly [expression: unknown, message: string])[] = [
    [
      '* * * * * * *',
      "'* * * * * * *': it has 7 fields, not 5 or 6. There is no year field: leave it out. Write new Date(…) in a job, onceSchedule(new Date(…)) elsewhere for a single time",
    ],
    ['* * * *', "'* * * *': it has 4 fields, not 5 or 6"],
    ['*', "'*': it has 1 field, not 5 or 6"],
    ['', "'': it is empty. For every minute, write '* * * * *'"],
    [' \n ', "' \\n ': it is empty. For every minute, write '* * * * *'"],
    [42, "'42': a cron expression is a string"],
    [null, "'null': a cron expression is a string"],
    ['*/0 * * * *', "'*/0 * * * *': minute '*/0' has a step outside 1-60"],
    [
      '*/61 * * * *',
      "'*/61 * * * *': minute '*/61' has a step outside 1-60. Write an interval { every: '61m' } in a job, everySchedule('61m') elsewhere",
    ],
    ['*/x * * * *', "'*/x * * * *': minute '*/x' has no number after its '/'"],
    ['*/5/2 * * * *', "'*/5/2 * * * *': minute '*/5/2' has more than one step"],
    ['* 24 * * *', "'* 24 * * *': hour 24 is outside 0-23"],
    ['* * 0 * *', "'* * 0 * *': day of month 0 is outside 1-31"],
    ['* * 32W * *', "'* * 32W * *': day of month 32 is outside 1-31"],
    ['* * * 13 *', "'* * * 13 *': month 13 is outside 1-12"],
    ['* * * * 8', "'* * * * 8': day of week 8 is outside 0-7"],
    ['60 * * * * *', "'60 * * * * *': second 60 is outside 0-59"],
    ['99999999999999999999 * * * *', "'99999999999999999999 * * * *': minute 999999999999… is outside 0-59"],
    ['1,,2 * * * *', "'1,,2 * * * *': minute has an empty item in its list"],
    ['22-2 * * * *', "'22-2 * * * *': minute range '22-2' runs backwards. Write it as two: '22-59,0-2'"],
    ['* * * * sat-mon', "'* * * * sat-mon': day of week range 'sat-mon' runs backwards. Write it as two: '6,0-1'"],
    ['? * * * *', "'? * * * *': minute '?' can't be: '?' stands alone, and only in a day field"],
    ['* * 1,? * *', "'* * 1,? * *': day of month '?' can't be: '?' stands alone, and only in a day field"],
    ['* * * * mond', "'* * * * mond': day of week 'mond' is not understood. Did you mean 'mon'?"],
    ['* * * jaan *', "'* * * jaan *': month 'jaan' is not understood. Did you mean 'jan'?"],
    ['abc * * * *', "'abc * * * *': minute 'abc' is not understood. Expected 0-59"],
    ['-5 * * * *', "'-5 * * * *': minute '-5' is not understood. Expected 0-59"],
    ['1.5 * * * *', "'1.5 * * * *': minute '1.5' is not understood. Expected 0-59"],
    ['1-2-3 * * * *', "'1-2-3 * * * *': minute '1-2-3' is not understood. Expected 0-59"],
    ['* * L/2 * *', "'* * L/2 * *': day of month 'L/2' is not a form of this field. Known are L, L-n, nW or LW"],
    ['* * L-31 * *', "'* * L-31 * *': day of month 'L-31' is more than 30 days before the last"],
    [
      '* * 10-15W * *',
      "'* * 10-15W * *': day of month '10-15W' is not a form of this field. Known are L, L-n, nW or LW",
    ],
    ['* * * * L', "'* * * * L': day of week 'L' is not a form of this field. Known are nL, as in 5L or friL"],
    ['* * * * 1#6', "'* * * * 1#6': day of week '1#6' has an occurrence outside 1-5"],
    ['* * * * 1#', "'* * * * 1#': day of week '1#' has an occurrence outside 1-5"],
    ['@dayly', "'@dayly': '@dayly' is not an alias. Did you mean '@daily'?"],
    [
      '@noon',
      "'@noon': '@noon' is not an alias. Known are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly",
    ],
    ['H(5-70) * * * *', "'H(5-70) * * * *': minute 70 is outside 0-59"],
    ['H5 * * * *', "'H5 * * * *': minute 'H5' is not understood. Expected 0-59"],
  ]
  for (const [expression, message] of messages) {
    it(`says of ${JSON.stringify(expression)} what is wrong`, () => {
      expect(refusal(expression).message).toBe(message)
    })
  }

  it('refuses the aliases and wildcards that only cron-parser has', () => {
    for (const expression of ['@minutely', '@secondly', '@weekdays', '@weekends', '* ? * * *', '* * * ? *']) {
      expect(refusal(expression).code).toBe('INVALID_SCHEDULE')
    }
  })

  it('names the nearest zones', () => {
    expect(refusal('* * * * *', 'Europe/Berln')).toMatchObject({ field: 'timezone', value: 'Europe/Berln' })
    expect(refusal('* * * * *', 'Europe/Berln').suggestion).toMatch(/^Did you mean 'Europe\/Berlin'/)
    expect(refusal('* * * * *', 'new york').suggestion).toBe("Did you mean 'America/New_York'?")
    expect(refusal('* * * * *', 'Nowhere/Atall').suggestion).toBeUndefined()
  })

  it('says when H has nothing to be spread by', () => {
    expect(() => parseSchedule('H * * * *')).toThrow(/'H' needs something to be spread by\. Give options\.hashSeed/)
  })

  it('refuses options that are not of their types', () => {
    expect(() => parseSchedule('* * * * *', { timezone: 5 as unknown as string })).toThrow(/timezone/)
    expect(() => parseSchedule('* * * * *', { timezon: 'UTC' } as object)).toThrow(/Did you mean 'timezone'/)
  })

  it('refuses junk of a megabyte at once, whatever it is made of', () => {
    const pieces = ['x ', '1,', '*/', '@', 'H(1-', '0-59/', '\u{1F600}', ' ', '1-', 'L,', 'mon#', '* * * * *']
    for (const piece of pieces) {
      // Work with the square of the length would take an hour.
      expect(refusal(piece.repeat(Math.ceil(1_000_000 / piece.length))).message.length).toBeLessThan(300)
    }
  })

  it('reads the longest list there can be', () => {
    const list = Array.from({ length: 60 }, (_, index) => `0-${59 - index}/${60 - index}`).join(',')
    expect(parseSchedule(`${list} * * * *`).next(0)).toBe(3_600_000)
  })
})
