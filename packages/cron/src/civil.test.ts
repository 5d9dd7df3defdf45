import { expect, it } from 'vitest'
import { civilFromDays, DAYS_PER_CYCLE, daysFromCivil, daysInMonth, weekdayOf } from './civil.ts'

const DAY = 86_400_000

it('agrees with the engine about every day of two cycles and about far ones', () => {
  const far = [-100_000_000, -719_529, 99_999_999]
  for (let days = -DAYS_PER_CYCLE; days <= DAYS_PER_CYCLE; days += 1) far.push(days)
  let wrong = 0
  for (const days of far) {
    const date = new Date(days * DAY)
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
    const right =
      civilFromDays(days) === year * 512 + month * 32 + day &&
      daysFromCivil(year, month, day) === days &&
      weekdayOf(days) === date.getUTCDay()
    if (!right) wrong += 1
  }
  expect(wrong).toBe(0)
})

it('knows the length of every month', () => {
  for (const year of [1900, 2000, 2023, 2024, 2100]) {
    for (let month = 1; month <= 12; month += 1) {
      expect(daysInMonth(year, month)).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate())
    }
  }
})
