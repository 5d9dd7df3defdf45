import { join } from 'node:path'
import type { Clock } from '@s3sched/kernel'
import type { PutCondition, PutResult } from '../object-store.ts'
import { isMet } from '../put-condition.ts'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { objectPath } from './key-path.ts'
import type { StoreFolder } from './store-folder.ts'
import { etagOf, md5Of, type Version } from './version-name.ts'
import { create, look, replace, type Change, type NextVersion } from './versioned-object.ts'

/** The largest number of restarts of a write, after a folder was removed during the write. */
const MOST_RESTARTS = 3

export interface FilePut {
  readonly key: string
  readonly body: Uint8Array
  readonly condition: PutCondition | undefined
}

/**
 * Reads and tries until the write is done or its condition isn't met. Every lost race means progress of another writer.
 */
export async function putObject(
  deps: { readonly fs: FileSystem; readonly store: StoreFolder; readonly clock: Clock },
  { key, body, condition }: FilePut,
  signal: AbortSignal,
): Promise<PutResult> {
  const { fs, store, clock } = deps
  const folder = join(store.objects, ...objectPath(key))
  const md5 = md5Of(body)
  for (let restarts = 0; ;) {
    signal.throwIfAborted()
    await store.prepareToWrite()
    const seen = await look(fs, folder)
    const serverTime = clock.now()
    if (!isMet(condition, seen && etagOf(seen.version))) return { outcome: 'conflict', serverTime }
    const version: Version = {
      number: (seen?.version.number ?? 0) + 1,
      id: store.newId(),
      md5,
      size: body.byteLength,
      lastModified: Math.floor(serverTime),
    }
    const next = { version, body }
    let change: Change
    try {
      change =
        seen === undefined
          ? await createAt({ fs, store }, key, next, signal)
          : await replace(fs, { folder, seen }, next, signal)
    } catch (error) {
      if (!isErrno(error, 'ENOENT') || ++restarts > MOST_RESTARTS) throw error
      store.forget()
      continue
    }
    if (change.outcome === 'done') return { outcome: 'written', etag: etagOf(version), serverTime }
    if (change.outcome === 'unclear') {
      if (condition === undefined) throw change.cause
      return { outcome: 'unknown', cause: change.cause }
    }
  }
}

async function createAt(
  { fs, store }: { readonly fs: FileSystem; readonly store: StoreFolder },
  key: string,
  next: NextVersion,
  signal: AbortSignal,
): Promise<Change> {
  const names = objectPath(key)
  const parent = await store.makeFolders(names.slice(0, -1))
  const paths = { parent, folder: join(store.objects, ...names), staged: store.newStagedPath() }
  return create(fs, paths, next, signal)
}
