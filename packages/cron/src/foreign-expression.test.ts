import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, parseSchedule } from './index.ts'

function refusal(expression: string): InvalidScheduleError {
  try {
    parseSchedule(expression, { hashSeed: 'job' })
  } catch (error) {
    if (error instanceof InvalidScheduleError) return error
    throw error
  }
  throw new Error(`${expression} was accepted`)
}

const interval = (text: string): string =>
  `Write an interval { every: '${text}' } in a job, everySchedule('${text}') elsewhere`
const someInterval = "Write an interval such as { every: '15m' } in a job, everySchedule('15m') elsewhere"
const alone = (expression: string): string =>
  `Write '${expression}' alone: the action of the job takes the place of a command`
const once = (text: string): string => `Write new Date('${text}') in a job, onceSchedule(new Date('${text}')) elsewhere`
const onStart = 'Write runOnStart: true in the job, and schedule: null if it has no other'

describe('a text of another kind gets the hint that helps', () => {
  it.each([
    [
      'CRON_TZ=Europe/Berlin 0 9 * * *',
      "Write '0 9 * * *' alone, and the zone in its own option, timezone: 'Europe/Berlin'",
    ],
    ['TZ="Asia/Tokyo" @daily', "Write '@daily' alone, and the zone in its own option, timezone: 'Asia/Tokyo'"],
    ['CRON_TZ=UTC 0 99 * * *', "Write the expression alone, and the zone in its own option, timezone: 'UTC'"],
    ['@every 5m', interval('5m')],
    ['@every 1h30m', interval('1h30m')],
    ['@every 1.5h', someInterval],
    ['15m', interval('15m')],
    ['1h 30m', interval('1h 30m')],
    ['60000', interval('60000ms')],
    ['5', someInterval],
    ['every 5 minutes', interval('5m')],
    ['every minute', interval('1m')],
    ['Every 2 hours', interval('2h')],
    ['30 seconds', interval('30s')],
    ['every month', `Sentences are not read. ${someInterval}`],
    ['every day at 9', `Sentences are not read. ${someInterval}`],
    ['daily', "Write '@daily'"],
    ['@reboot', onStart],
    ['@reboot /usr/bin/backup', onStart],
    ['*/5 * * * * /usr/bin/backup --full', alone('*/5 * * * *')],
    ['0 9 * * 1-5 root /usr/bin/backup', alone('0 9 * * 1-5')],
    ['0 9 * * * root', alone('0 9 * * *')],
    ['0 9 * * * # the morning report', alone('0 9 * * *')],
    ['0 9 * * * #morning', alone('0 9 * * *')],
    ['30 0 9 * * * node job.js', alone('30 0 9 * * *')],
    ['@daily /usr/bin/backup', alone('@daily')],
    ['2027-01-01T09:00:00Z', once('2027-01-01T09:00:00Z')],
    ['2027-01-01', once('2027-01-01')],
    ['2027-01-01 09:00', once('2027-01-01 09:00')],
    ['2027-13-45', 'Write new Date(…) in a job, onceSchedule(new Date(…)) elsewhere'],
  ])('%s', (expression, hint) => {
    const error = refusal(expression)
    expect(error.suggestion).toBe(hint)
    expect(error).toMatchObject({ field: 'expression', expression })
    expect(error.message).toContain('it is no cron expression. ')
  })

  it('a misspelt name keeps its own hint', () => {
    expect(refusal('0 0 9 * * mond').suggestion).toBe("Did you mean 'mon'?")
  })

  it.each(['0 0 9 * * munday', '99 * * * * /usr/bin/backup', '0 0 12 * * ? 2027', 'a b c'])(
    '%s is not taken for a line of a crontab',
    (expression) => {
      expect(refusal(expression).message).not.toContain('alone')
    },
  )

  it('a hint has no control characters', () => {
    expect(refusal('TZ=\u{7}\n 0 9 * * *').message).not.toMatch(/\p{Cc}/u)
  })
})

describe('an expression that means an interval no field can hold', () => {
  it.each([
    ['*/90 * * * *', interval('90m')],
    ['0 */36 * * *', interval('36h')],
    ['*/75 * * * * *', interval('75s')],
    ['0 0 */45 * *', interval('45d')],
    ['0 0 * * */10', interval('10d')],
    ['*/99999999999999999999 * * * *', someInterval],
    ['0 0 1 */13 *', undefined],
  ])('%s', (expression, hint) => {
    expect(refusal(expression).suggestion).toBe(hint)
  })
})
