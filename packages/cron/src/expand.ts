import { BitSet } from './bit-set.ts'
import type { Field } from './field.ts'

/** A plain item: every `step`-th value from `from` to `to`. */
export interface PlainItem {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** The values of a plain item. Sunday is 0, also where 7 is written. */
export function expand(field: Field, { from, to, step }: PlainItem): BitSet {
  const values: number[] = []
  for (let value = from; value <= to; value += step) values.push(field.id === 'dayOfWeek' ? value % 7 : value)
  return BitSet.of(values)
}
