import { describe } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'
import type { Filter } from './filter.ts'
import { isPlainObject } from './plain-json.ts'

/** Operators with an operand that is no value of the attribute. */
const OTHER_OPERANDS = ['$exists', '$type', '$regex', '$options', '$size', '$mod']

/**
 * The filter with dates instead of texts for date attributes: documents have dates there, and a text would silently
 * match no document.
 * @param isDateAt - true when the attribute at a dotted path is a date, or a list of dates
 * @throws {@link DatabaseError} `INVALID_FILTER` for a text that is no date
 */
export function withDates(filter: Filter, isDateAt: (path: string) => boolean): Filter {
  return convert(filter, '', isDateAt) as Filter
}

function convert(value: unknown, path: string, isDateAt: (path: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, path, isDateAt))
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, operand]) => {
        if (OTHER_OPERANDS.includes(name)) return [name, operand]
        const below = name.startsWith('$') ? path : path === '' ? name : `${path}.${name}`
        return [name, convert(operand, below, isDateAt)]
      }),
    )
  }
  return typeof value === 'string' && path !== '' && isDateAt(path) ? dateOf(value, path) : value
}

function dateOf(text: string, path: string): Date {
  // eslint-disable-next-line no-restricted-globals -- reads a given date; reads no clock
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  throw new DatabaseError(`invalid filter: expected a date for '${path}', got ${describe(text)}`, {
    code: 'INVALID_FILTER',
  })
}
