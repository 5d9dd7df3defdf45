import { parseSchedule } from '@s3sched/cron'
import { describe, expect, it } from 'vitest'
import { CronExpression } from './cron-expression.ts'
import { type CronOptions, settingsOf } from './cron-options.ts'

describe('the options of @Cron', () => {
  it.each([
    [{}, {}],
    [{ name: 'x', disabled: true, unrefTimeout: true }, { enabled: false }],
    [
      { timeZone: 'Europe/Rome', retries: 3 },
      { timezone: 'Europe/Rome', retries: 3 },
    ],
    [{ waitForCompletion: true }, { overlap: 'skip' }],
    [{ waitForCompletion: false }, { overlap: 'allow' }],
    [{ threshold: 250 }, { catchUpWindowMs: 250 }],
    [{ utcOffset: 2 }, { timezone: 'Etc/GMT-2' }],
    [{ utcOffset: -300 }, { timezone: 'Etc/GMT+5' }],
    [{ utcOffset: 0 }, { timezone: 'Etc/UTC' }],
  ] satisfies [CronOptions, object][])('%o mean %o', (options, settings) => {
    expect(settingsOf('x', options)).toEqual(settings)
  })

  it('an offset is a zone in which noon comes that much earlier', () => {
    const { timezone = '' } = settingsOf('x', { utcOffset: 2 })
    expect(parseSchedule('0 12 * * *', { timezone }).next(Date.UTC(2026, 0, 5))).toBe(Date.UTC(2026, 0, 5, 10))
  })

  it.each([
    [{ utcOffset: 330 }, 'whole hours from -12 to 14, got 330'],
    [{ utcOffset: 15 }, 'whole hours from -12 to 14, got 15'],
    [{ utcOffset: 2, timeZone: 'Europe/Rome' }, 'expected timeZone or utcOffset, got both'],
    [{ waitForCompletion: true, overlap: 'queue' }, 'expected waitForCompletion or overlap, got both'],
    [{ threshold: 1, catchUpWindowMs: 2 }, 'expected threshold or catchUpWindowMs, got both'],
    [{ disabled: 'no' as never }, "Job 'x': expected disabled to be true or false, got 'no'"],
    [{ waitForCompletion: 0 as never }, "Job 'x': expected waitForCompletion to be true or false, got 0"],
  ] satisfies [CronOptions, string][])('%o are refused', (options, message) => {
    expect(() => settingsOf('x', options)).toThrow(message)
  })
})

it('each value of CronExpression has ticks', () => {
  const without = Object.entries(CronExpression).filter(([, text]) => parseSchedule(text).next(0) === null)
  expect(without).toEqual([])
  expect(Object.keys(CronExpression).length).toBeGreaterThan(80)
})
