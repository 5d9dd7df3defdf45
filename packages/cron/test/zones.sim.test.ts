import { describe, expect, it } from 'vitest'
import { IntlZone } from '../src/zone.ts'
import { readClock, readingMs } from './oracle/local-clock.ts'
import { AWKWARD_CHANGES } from './oracle/transitions.ts'

/** S3SCHED_CRON_ZONES=all checks every zone, every three hours; a few minutes. */
const ALL = process.env['S3SCHED_CRON_ZONES'] === 'all'
const STEP_SECONDS = ALL ? 3 * 3600 : 86_400 - 1800
const FROM = Date.UTC(1970, 0, 1) / 1000
const TO = Date.UTC(2101, 0, 1) / 1000

const awkward = [...new Set(AWKWARD_CHANGES.map(([zone]) => zone))]
const zones = ALL
  ? Intl.supportedValuesOf('timeZone')
  : awkward.filter((_, index) => index % 5 === 0).concat('Asia/Gaza')

describe('the periods of a zone', () => {
  for (const name of zones) {
    it(`have the offsets that Intl shows in ${name}, from 1970 to 2100`, () => {
      const zone = new IntlZone(name)
      const wrong: number[] = []
      for (let second = FROM; second < TO; second += STEP_SECONDS) {
        const shown = readingMs(readClock(name, second * 1000)) / 1000
        if (zone.periodAt(second).offset !== shown - second) wrong.push(second)
      }
      expect(wrong).toEqual([])
    })
  }

  it('follow each other without a hole, and know the latest time that was shown before', () => {
    for (const name of ['America/New_York', 'Africa/Casablanca', 'Antarctica/Casey', 'Pacific/Apia', 'Asia/Gaza']) {
      const zone = new IntlZone(name)
      let period = zone.periodAt(FROM)
      let peak = period.end - 1 + period.offset
      while (period.end < TO) {
        const next = zone.periodAt(period.end)
        expect(next.start, name).toBe(period.end)
        // Readings of days ago that were passed since are irrelevant.
        const passed = next.start + next.offset - 1
        expect(Math.max(next.peak, passed), `${name} ${next.start}`).toBe(Math.max(peak, passed))
        peak = Math.max(peak, next.end - 1 + next.offset)
        period = next
      }
    }
  })

  it('are the same whichever is asked for first', () => {
    const ahead = new IntlZone('Europe/Berlin')
    const back = new IntlZone('Europe/Berlin')
    const asked = Array.from({ length: 500 }, (_, index) => FROM + index * 5_000_000)
    const forward = asked.map((second) => ahead.periodAt(second))
    const backward = asked.toReversed().map((second) => back.periodAt(second))
    expect(backward.toReversed()).toEqual(forward)
  })
})
