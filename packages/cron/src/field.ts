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
  /** Names by value, from `min` on, as messages show them: three letters. */
  readonly names: readonly string[]
  /** The value of each accepted spelling of a name, in lower case. */
  readonly spellings: ReadonlyMap<string, number>
}

function field(given: Pick<Field, 'id' | 'label' | 'min' | 'max'> & Partial<Field>): Field {
  return { maxHashed: given.max, maxWritten: given.max, names: [], spellings: new Map(), ...given }
}

/** @param full - the full names by value, from `min` on */
function named(min: number, full: readonly string[], others: readonly string[]): Pick<Field, 'names' | 'spellings'> {
  const names = full.map((name) => name.slice(0, 3))
  const valueOf = (name: string): number => min + names.indexOf(name.slice(0, 3))
  return { names, spellings: new Map([...names, ...full, ...others].map((name) => [name, valueOf(name)])) }
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')

export const SECOND: Field = field({ id: 'second', label: 'second', min: 0, max: 59 })
export const MINUTE: Field = field({ id: 'minute', label: 'minute', min: 0, max: 59 })
export const HOUR: Field = field({ id: 'hour', label: 'hour', min: 0, max: 23 })
export const DAY_OF_MONTH: Field = field({ id: 'dayOfMonth', label: 'day of month', min: 1, max: 31, maxHashed: 28 })
export const MONTH: Field = field({ id: 'month', label: 'month', min: 1, max: 12, ...named(1, MONTHS, ['sept']) })
export const DAY_OF_WEEK: Field = field({
  id: 'dayOfWeek',
  label: 'day of week',
  min: 0,
  max: 6,
  maxWritten: 7,
  ...named(0, WEEKDAYS, ['tues', 'thur', 'thurs']),
})

/** In the order of writing; an expression of five fields omits the first field. */
export const FIELDS: readonly Field[] = [SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK]
