/** One of the six fields of an expression: its range, and its name in messages. */
export interface Field {
  readonly id: 'second' | 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek'
  readonly label: string
  readonly min: number
  readonly max: number
  /** The largest value for `H` by itself: a hashed day has to exist in every month. */
  readonly maxHashed: number
  /** The largest value at the end of a range or alone: 7 is Sunday too. */
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

/** In the order of writing; an expression of five fields omits the first field. */
export const FIELDS: readonly Field[] = [SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK]
