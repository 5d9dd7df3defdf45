import { CronExpressionParser } from '#cron-parser'
import { BitSet } from './bit-set.ts'
import { BoundedMap } from '@s3sched/kernel'
import { FIELDS, type Field } from './field.ts'

/** A plain item: every `step`-th value from `from` to `to`. */
export interface PlainItem {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** Items are few and recur in nearly every expression, so that a parse seldom calls cron-parser. */
const MAX_ITEMS = 4096
const expanded = new BoundedMap<string, BitSet>(MAX_ITEMS)

/** The values of a plain item, read by cron-parser. */
export function expand(field: Field, { from, to, step }: PlainItem): BitSet {
  const item = `${from}-${to}/${step}`
  const key = `${field.id} ${item}`
  return expanded.get(key) ?? expanded.set(key, read(field, item))
}

function read(field: Field, item: string): BitSet {
  // The other fields are one value each: January has every day, and a list of all values would be garbage.
  const expression = FIELDS.map((other) => (other === field ? item : other.min)).join(' ')
  const { fields } = CronExpressionParser.parse(expression, { currentDate: 0, tz: 'UTC' })
  const values = fields[field.id].values.map(Number)
  return BitSet.of(field.id === 'dayOfWeek' ? values.map((value) => value % 7) : values)
}
