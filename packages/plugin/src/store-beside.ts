import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock } from '@s3sched/kernel'
import { createMemoryStore, type ObjectStore, scopeStore } from '@s3sched/store'

/** The part of a memory client or a file client of s3db.js used here. */
interface LocalClient {
  readonly config: { readonly endpoint: string; readonly keyPrefix?: string; readonly basePath?: unknown }
  /** The objects of a memory client, common to all clients of a bucket in this process. */
  readonly storage?: unknown
}

/** The folder inside of a file database. Its documents lie in folders with other names. */
const FOLDER = '.s3sched'

/** The stores beside memory databases: as long as the objects of a database live, and no longer. */
const memories = new WeakMap<object, ObjectStore>()

/**
 * A store of the same kind beside a memory or file database of s3db.js, whose own clients have no conditional writes;
 * `undefined` for any other value. Databases that share their objects share the store; the key prefix of a database
 * keeps it apart, as in S3.
 */
export function storeBeside(database: unknown, clock: Clock): string | ObjectStore | undefined {
  const { client } = (database ?? {}) as { readonly client?: LocalClient }
  const { basePath, endpoint, keyPrefix = '' } = client?.config ?? {}
  if (typeof endpoint !== 'string') return undefined
  if (endpoint.startsWith('file://') && typeof basePath === 'string') {
    return pathToFileURL(join(basePath, keyPrefix, FOLDER)).href
  }
  const storage = client?.storage
  if (!endpoint.startsWith('memory://') || typeof storage !== 'object' || storage === null) return undefined
  const store = memories.get(storage) ?? createMemoryStore({ clock, name: 'memory, beside the database' })
  memories.set(storage, store)
  return keyPrefix === '' ? store : scopeStore(store, `${keyPrefix.replace(/\/+$/, '')}/`)
}
