import { Mistakes } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { checkEngineOptions } from './check-engine-options.ts'

function mistakesIn(input: unknown): string | undefined {
  const mistakes = new Mistakes()
  checkEngineOptions(input, 'createX', mistakes)
  try {
    mistakes.throwIfAny()
    return undefined
  } catch (error) {
    return String(error)
  }
}

it('names a wrong zone and a wrong calendar that no job uses yet, both', () => {
  const found = mistakesIn({ timezone: 'Europe/Romee', calendars: { holidays: ['2026-13-01'] } })
  expect(found).toMatch(/createX: expected timezone to be an IANA time zone, got 'Europe\/Romee'/)
  expect(found).toMatch(/calendar/)
})

it.each([undefined, null, 'UTC', {}, { timezone: 5, calendars: 'none' }, { timezone: 'Europe/Rome', calendars: {} }])(
  'finds nothing in %o: another type is a matter of the fields',
  (input) => {
    expect(mistakesIn(input)).toBeUndefined()
  },
)
