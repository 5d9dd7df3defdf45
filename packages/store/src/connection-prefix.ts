import { messageOf } from '@s3sched/kernel'
import { connectionError } from './connection-error.ts'
import { checkPrefix } from './object-key.ts'
import { StoreError } from './store-error.ts'

/** The path behind the bucket as a key prefix: decoded, and with a slash at the end. */
export function normalPrefix(connection: string, path: string): string {
  if (path === '') return ''
  try {
    const decoded = decodeURIComponent(path)
    const prefix = decoded.endsWith('/') ? decoded : `${decoded}/`
    checkPrefix(prefix)
    return prefix
  } catch (error) {
    const problem = error instanceof StoreError ? error.problem : messageOf(error)
    throw connectionError(connection, problem, "Write a prefix like 'my-app/', with special characters percent-encoded")
  }
}
