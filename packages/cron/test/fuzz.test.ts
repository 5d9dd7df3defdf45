import { anyCharacter } from '@s3sched-tooling/vitest/any-character'
import { casesOf } from '@s3sched-tooling/vitest/share-of'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, parseSchedule, type Schedule } from '../src/index.ts'

const RUNS = casesOf(3000)
const now = Date.UTC(2026, 10, 1, 5, 59, 59)

const pieces =
  '0 1 2 5 7 12 28 29 30 31 59 60 ? / - , # L W H l w h ( ) H(1-5) mon fri sun jan feb 5L 1#3 15W LW L-3 @ @daily'.split(
    ' ',
  )
const piece = fc.constantFrom('*', '*/2', '1-5', '1,2', '3/3', ...pieces)
/** Mostly valid in any field, sometimes arbitrary text. */
const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('*', '*', '*/2', '1', '2', '5', '1-5', '1,2', '3/3', 'H', 'H/3') },
  { weight: 1, arbitrary: piece },
  { weight: 1, arbitrary: fc.array(piece, { minLength: 2, maxLength: 4 }).map((some) => some.join('')) },
)
const expression = fc.array(field, { minLength: 5, maxLength: 6 }).map((fields) => fields.join(' '))

/** The schedule, or `undefined` after a correct refusal. */
function parsed(text: string, timezone: string): Schedule | undefined {
  try {
    return parseSchedule(text, { timezone, hashSeed: 'fuzz' })
  } catch (thrown) {
    if (thrown instanceof InvalidScheduleError) return undefined
    throw thrown
  }
}

/** A contradiction between the results of a schedule around `now`. */
function contradiction(schedule: Schedule): string | undefined {
  const next = schedule.next(now)
  const previous = schedule.previous(now)
  const lastUntilNow = schedule.matches(now) ? now : previous
  if (next !== null && next <= now) return 'next is not after'
  if (previous !== null && previous >= now) return 'previous is not before'
  if (next !== null && !schedule.matches(next)) return 'next is no tick'
  if (next !== null && schedule.previous(next) !== lastUntilNow) return 'there is a tick before next'
  if (previous !== null && schedule.next(previous - 1) !== previous) return 'previous is no tick'
  return undefined
}

describe('whatever is written', () => {
  it('is refused with an InvalidScheduleError, or is a schedule whose two directions agree', () => {
    let accepted = 0
    fc.assert(
      fc.property(expression, fc.constantFrom('UTC', 'America/New_York', 'Pacific/Apia'), (text, timezone) => {
        const schedule = parsed(text, timezone)
        if (schedule === undefined) return
        accepted += 1
        expect(contradiction(schedule), `${text} in ${timezone}`).toBeUndefined()
      }),
      { numRuns: RUNS, seed: 4 },
    )
    expect(accepted).toBeGreaterThan(RUNS / 5)
  })

  it('is refused when it is no expression at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 2000 }), (text) => {
        expect(parsed(text, 'UTC')).toBeUndefined()
      }),
      { numRuns: Math.ceil(RUNS / 30), seed: 4 },
    )
  })
})
