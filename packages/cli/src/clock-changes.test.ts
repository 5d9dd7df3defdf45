import { expect, it } from 'vitest'
import { clockChanges } from './clock-changes.ts'

const year = (zone: string): unknown => clockChanges(zone, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))

it('finds both of a year', () => {
  expect(year('Europe/Berlin')).toEqual([
    { at: Date.UTC(2026, 2, 29, 1), before: 60, after: 120 },
    { at: Date.UTC(2026, 9, 25, 1), before: 120, after: 60 },
  ])
  expect(year('Australia/Lord_Howe')).toMatchObject([
    { before: 660, after: 630 },
    { before: 630, after: 660 },
  ])
})

it('finds none where there is none', () => {
  expect(year('UTC')).toEqual([])
  expect(year('Asia/Tokyo')).toEqual([])
})

it('takes the end of the period for a part of it, and the beginning not', () => {
  const at = Date.UTC(2026, 2, 29, 1)
  expect(clockChanges('Europe/Berlin', at - 1000, at)).toHaveLength(1)
  expect(clockChanges('Europe/Berlin', at, at + 1000)).toHaveLength(0)
})
