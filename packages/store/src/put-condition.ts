import type { PutCondition } from './object-store.ts'

/** True if a put may go ahead. `etag` is the present ETag of the object, `undefined` without an object. */
export function isMet(condition: PutCondition | undefined, etag: string | undefined): boolean {
  if (condition === undefined) return true
  return 'ifAbsent' in condition ? etag === undefined : etag === condition.ifMatch
}
