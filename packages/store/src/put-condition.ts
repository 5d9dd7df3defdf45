import type { PutCondition } from './object-store.ts'

/** Whether a put may go ahead. `etag` is that of the object as it is, `undefined` when there is none. */
export function isMet(condition: PutCondition | undefined, etag: string | undefined): boolean {
  if (condition === undefined) return true
  return 'ifAbsent' in condition ? etag === undefined : etag === condition.ifMatch
}
