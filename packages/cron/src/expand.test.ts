import { CronExpressionParser } from 'cron-parser'
import { expect, it } from 'vitest'
import { expand } from './expand.ts'
import { FIELDS } from './field.ts'

it.each(FIELDS)('the values of an item are those of cron-parser: $label', (field) => {
  const { id, max, min } = field
  for (const [from, to] of [
    [min, max],
    [min + 1, max],
    [min, max - 1],
    [max - 2, max],
    [max, max],
    [min + 2, min + 2],
  ] as const) {
    for (const step of [1, 2, 3, 5, 7, max - min + 1].filter((each) => each <= max - min + 1)) {
      const expression = FIELDS.map((other) => (other === field ? `${from}-${to}/${step}` : '*')).join(' ')
      const theirs = CronExpressionParser.parse(expression, { currentDate: 0 }).fields[id].values.map(
        (value) => Number(value) % (id === 'dayOfWeek' ? 7 : 60),
      )
      const ours = expand(field, { from, to, step })
      const values = Array.from({ length: 60 }, (_, value) => value).filter((value) => ours.has(value))
      expect(values, expression).toEqual(theirs.toSorted((a, b) => a - b))
    }
  }
})

it('Sunday ends a week, too', () => {
  const weekdays = FIELDS.find(({ id }) => id === 'dayOfWeek')
  if (weekdays === undefined) throw new Error('no weekdays')
  expect(expand(weekdays, { from: 5, to: 7, step: 1 }).bits).toBe(0b1100001)
})
