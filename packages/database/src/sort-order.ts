import { describe } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'
import { isDate, isPlainObject } from './plain-json.ts'

/** Fields (or dotted paths) and their directions, the most important first: `{ active: -1, 'address.city': 1 }`. */
export type SortOrder = Readonly<Record<string, 1 | -1>>

/**
 * Compares documents by their fields. Missing values and null come first, then numbers, strings by code unit, booleans,
 * dates, and all other values, which compare as equal. Ties keep the order of the ids' keys.
 *
 * @throws {@link DatabaseError} `INVALID_ARGUMENT`
 */
export function compileSort(sort: unknown): (one: object, other: object) => number {
  if (!isPlainObject(sort) || !Object.values(sort).every((direction) => direction === 1 || direction === -1)) {
    throw new DatabaseError(`expected sort to be like { name: 1 } or { createdAt: -1 }, got ${describe(sort)}`, {
      code: 'INVALID_ARGUMENT',
    })
  }
  const fields = Object.entries(sort as SortOrder).map(([path, direction]) => ({ path: path.split('.'), direction }))
  return (one, other) => {
    for (const { path, direction } of fields) {
      const order = compareValues(valueAt(one, path), valueAt(other, path))
      if (order !== 0) return order * direction
    }
    return 0
  }
}

function compareValues(one: unknown, other: unknown): number {
  const rank = rankOf(one) - rankOf(other)
  if (rank !== 0) return rank
  if (typeof one === 'string') return one === other ? 0 : one < (other as string) ? -1 : 1
  if (typeof one === 'number' || typeof one === 'boolean' || isDate(one)) return Number(one) - Number(other)
  return 0
}

function rankOf(value: unknown): number {
  if (value === undefined || value === null) return 0
  const kind = ['number', 'string', 'boolean'].indexOf(typeof value)
  return kind >= 0 ? kind + 1 : isDate(value) ? 4 : 5
}

function valueAt(document: object, path: readonly string[]): unknown {
  let value: unknown = document
  for (const name of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
