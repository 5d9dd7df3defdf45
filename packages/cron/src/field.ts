/** One of the six fields of an expression: what may stand in it, and how it is called in messages. */
export interface Field {
  readonly id: 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek'
  readonly label: string
  readonly min: number
  readonly max: number
  /** The largest value that `H` picks by itself: a hashed day has to exist in every month. */
  readonly maxHashed: number
  /** The largest value that is a last member of a range or a single value: 7 is Sunday too. */
  readonly maxWritten: number
  /** Names by value, from `min` on. */
  readonly names: readonly string[]
}

function field(id: Field['id'], label: string, min: number, max: number, more: Partial<Field> = {}): Field {
  return { id, label, min, max, maxHashed: max, maxWritten: max, names: [], ...more }
}

export const SECOND: Field = field('second', 'second', 0, 59)
export const MINUTE: Field = field('minute', 'minute', 0, 59)
export const HOUR: Field = field('hour', 'hour', 0, 23)
export const DAY_OF_MONTH: Field = field('dayOfMonth', 'day of month', 1, 31, { maxHashed: 28 })
export const MONTH: Field = field('month', 'month', 1, 12, {
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
})
export const DAY_OF_WEEK: Field = field('dayOfWeek', 'day of week', 0, 6, {
  maxWritten: 7,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
})

/** In the order in which they are written; the first is left out of an expression of five fields. */
export const FIELDS: readonly Field[] = [SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK]
