import { describe } from '@s3sched/kernel'
import { CoordinatorError } from './coordinator-error.ts'
import { fieldsOf } from './member.ts'

/** @param expected - completes "expected …". @throws CoordinatorError `INVALID_ARGUMENT` */
export function checkArgument(isRight: boolean, expected: string, given: unknown): void {
  if (isRight) return
  throw new CoordinatorError(`expected ${expected}, got ${describe(given)}`, { code: 'INVALID_ARGUMENT' })
}

/** @param of - the argument, in words. @throws CoordinatorError `INVALID_ARGUMENT` unless it is an object or left out */
export function checkFields(fields: unknown, of: string): void {
  checkArgument(fields === undefined || fieldsOf(fields) !== undefined, `${of} to be an object`, fields)
}
