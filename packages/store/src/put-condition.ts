import { describe } from '@s3sched/kernel'
import type { PutCondition, PutOptions } from './object-store.ts'
import { StoreError } from './store-error.ts'

/** True if a put may go ahead. `etag` is the present ETag of the object, `undefined` without an object. */
export function isMet(condition: PutCondition | undefined, etag: string | undefined): boolean {
  if (condition === undefined) return true
  return 'ifAbsent' in condition ? etag === undefined : etag === condition.ifMatch
}

/**
 * Refuses a condition that would not reach the server. An ETag that is `undefined` or empty becomes no header at all, and
 * so does a condition beside `condition` or under another name: the write would then overwrite any object, and be
 * answered as `written`.
 * @throws {@link StoreError} `INVALID_CONDITION`
 */
export function checkCondition(key: string, options: PutOptions | undefined): void {
  if (options === undefined) return
  const { condition } = options
  if ('ifAbsent' in options || 'ifMatch' in options) {
    throw invalidCondition(key, 'expected the condition in the option condition, got', options)
  }
  if (condition === undefined || isCondition(condition)) return
  throw invalidCondition(key, 'expected the condition to be { ifAbsent: true } or { ifMatch: ETAG }, got', condition)
}

function isCondition(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return false
  const [[name, value] = [], more] = Object.entries(condition)
  if (more !== undefined) return false
  return name === 'ifMatch' ? typeof value === 'string' && value !== '' : name === 'ifAbsent' && value === true
}

function invalidCondition(key: string, problem: string, got: unknown): StoreError {
  return new StoreError(`the put of ${describe(key)}: ${problem} ${describe(got)}`, {
    code: 'INVALID_CONDITION',
    suggestion: 'Write { condition: { ifAbsent: true } } for a new object, and the ETag of a read for a known object',
    context: { key },
  })
}
