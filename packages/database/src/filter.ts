import siftModule from 'sift'
import { describe, messageOf, nameAdvice } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'
import { isPlainObject } from './plain-json.ts'

/** A MongoDB-like filter, such as `{ active: true, expiresAt: { $lt: 5 }, 'address.city': { $in: ['Rome'] } }`. */
export type Filter = Readonly<Record<string, unknown>>

/** The package is CommonJS and exports the function itself, and again as its `default`. */
// eslint-disable-next-line import/no-named-as-default-member -- the named export exists for the compiler only
const sift = siftModule.default

const OPERATORS = [
  '$eq',
  '$ne',
  '$lt',
  '$lte',
  '$gt',
  '$gte',
  '$in',
  '$nin',
  '$all',
  '$mod',
  '$exists',
  '$regex',
  '$options',
  '$size',
  '$type',
  '$elemMatch',
  '$not',
  '$or',
  '$nor',
  '$and',
] as const

/** Compiles a filter to a test of documents. @throws {@link DatabaseError} `INVALID_FILTER` */
export function compileFilter(filter: unknown): (document: object) => boolean {
  if (!isPlainObject(filter))
    throw invalidFilter(`expected a filter object such as { active: true }, got ${describe(filter)}`)
  checkOperators(filter)
  try {
    const test = sift(filter)
    return (document) => test(document)
  } catch (error) {
    throw invalidFilter(messageOf(error), error)
  }
}

/** `$where` would run text as code; any other unknown operator would silently match nothing, or everything. */
function checkOperators(value: unknown): void {
  if (Array.isArray(value)) value.forEach(checkOperators)
  if (!isPlainObject(value)) return
  for (const [name, below] of Object.entries(value)) {
    if (name.startsWith('$') && !OPERATORS.some((operator) => operator === name)) throw unknownOperator(name)
    checkOperators(below)
  }
}

function unknownOperator(name: string): DatabaseError {
  if (name === '$where')
    return invalidFilter("'$where' is not there: a filter holds no code; filter the result instead")
  const suggestion = nameAdvice(name, OPERATORS)
  return new DatabaseError(`invalid filter: unknown operator '${name}'`, { code: 'INVALID_FILTER', suggestion })
}

function invalidFilter(problem: string, cause?: unknown): DatabaseError {
  return new DatabaseError(`invalid filter: ${problem}`, { code: 'INVALID_FILTER', cause })
}
