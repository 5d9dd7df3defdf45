import { describe } from '@s3sched/kernel'
import { CoordinatorError } from './coordinator-error.ts'

/** @param expected - completes "expected …". @throws CoordinatorError `INVALID_ARGUMENT` */
export function checkArgument(isRight: boolean, expected: string, given: unknown): void {
  if (isRight) return
  throw new CoordinatorError(`expected ${expected}, got ${describe(given)}`, { code: 'INVALID_ARGUMENT' })
}
