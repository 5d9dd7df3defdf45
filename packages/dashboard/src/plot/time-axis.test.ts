import { expect, it } from 'vitest'
import { along, axisMarks, timeAxis } from './time-axis.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const until = Date.UTC(2026, 2, 28, 12, 7)

it.each([1 / 12, 0.25, 1, 6, 24, 72, 168, 720])('marks the last %d hours at round times, a few of them', (hours) => {
  const period = { since: until - hours * HOUR, until }
  const marks = axisMarks(period)
  expect(marks.length).toBeGreaterThanOrEqual(3)
  expect(marks.length).toBeLessThanOrEqual(10)
  for (const mark of marks) {
    expect(mark % (hours < 6 ? MINUTE : HOUR)).toBe(0)
    expect(along(period, 100)(mark)).toBeGreaterThanOrEqual(0)
    expect(along(period, 100)(mark)).toBeLessThanOrEqual(100)
  }
})

it('marks the midnights of a zone, also over a change of its clock', () => {
  const period = { since: Date.UTC(2026, 2, 26), until: Date.UTC(2026, 3, 1), zone: 'Europe/Berlin' }
  const midnight = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' })
  expect(new Set(axisMarks(period).map((at) => midnight.format(at)))).toEqual(new Set(['00:00']))
})

const labelsOf = (hours: number): string[] =>
  String(timeAxis({ since: until - hours * HOUR, until, zone: 'Europe/Berlin' })).match(/<text[^]*?<\/text/g) ?? []

it.each([1, 6, 24, 72, 168])('leaves out each second label of %d hours on a narrow page', (hours) => {
  const isMinor = labelsOf(hours).map((label) => label.includes('minor'))
  expect(isMinor.length).toBeGreaterThan(2)
  for (const [index, minor] of isMinor.slice(1).entries()) expect(minor).toBe(!isMinor[index])
})

it('keeps the begin of a day there', () => {
  expect(labelsOf(24).filter((label) => label.includes('data-short="day"'))).toEqual([
    expect.not.stringContaining('minor'),
  ])
})

it('tells marks within a minute apart', () => {
  const labels = labelsOf(1 / 120).map((label) => />([^<]+)</.exec(label)?.[1])
  expect(labels.length).toBeGreaterThan(2)
  expect(new Set(labels).size).toBe(labels.length)
})
