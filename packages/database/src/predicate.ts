import { isPromise } from 'node:util/types'
import { describe } from '@s3sched/kernel'
import { DatabaseError } from './database-error.ts'

/** A filter written as code: true, or any other truthy value, for the documents to select. */
export type Predicate<T extends object> = (document: T) => unknown

export function isPredicate(value: unknown): value is Predicate<object> {
  return typeof value === 'function'
}

/** The test of a document by the predicate. An error of the predicate is the error of the call. */
export function checkPredicate(predicate: Predicate<object>): (document: object) => boolean {
  return (document) => {
    const result = predicate(document)
    if (!isPromise(result)) return Boolean(result)
    // The promise of an async function is truthy, and would select every document. Its rejection would end the process.
    result.catch(() => undefined)
    throw new DatabaseError(`invalid filter: expected the function to return true or false, got a Promise`, {
      code: 'INVALID_FILTER',
      suggestion: `Do the asynchronous work before or after the call, instead of in ${describe(predicate)}`,
    })
  }
}
