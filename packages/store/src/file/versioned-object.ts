/*
 * Compare-and-swap between processes, on a file system.
 *
 * **State.** An object is a folder with exactly one *marker*: a file whose name gives the current version, with its
 * ETag, size and time. The bytes of a version are a separate file beside the marker (the bytes of the first version are
 * in the marker itself). Names carry a random id, so that no name is ever used twice, here or in a later life of the
 * object.
 *
 * **Authority.** A change is one `rename(2)`. The kernel does the rename whole or not at all, and for one caller only:
 *
 * | change  | rename                                   | fails when another was faster, because        |
 * |---------|------------------------------------------|-----------------------------------------------|
 * | create  | a prepared folder to the object's place  | a folder that isn't empty can't be replaced   |
 * | replace | the marker of version n to that of n + 1 | the marker is gone: renamed, or in the trash  |
 * | delete  | the object's folder into the trash       | never: every version is moved                 |
 *
 * The usual way, the exclusive creation of the file `n + 1`, has a hole: a writer may stall between its read and its
 * creation, until others have written n + 1 and n + 2 and cleaned up n + 1. The late creation then succeeds, and the
 * writer wrongly reports success. Consuming a name that never comes back has no such hole, however long the stall, and
 * needs no tombstones: a marker of an earlier life of the object matches nothing in a later life. For the same reason
 * ABA can't happen here either.
 *
 * **Readers** list the folder, trust the marker, and open the content. Content is complete and synced before a marker
 * names the content, and is never changed after, so that a reader never sees half a file. The content may be gone when
 * the version was superseded meanwhile: the reader reads the folder again, and a reader that loses again and again
 * knows at least that writers make progress. A listing without a marker, because of a rename during the listing, is
 * repeated too; of two markers the higher is the later.
 *
 * **Cleaning up** never depends on time. Content for version n + 1 can only be made current by renaming the marker of
 * n. The writer of the current n + 1 knows that this marker is gone for ever, so all content for versions up to n + 1,
 * except its own, is dead. Dead content includes the unfinished file of a writer that is still alive: the rename of
 * this writer will fail in any case. A prepared folder is moved to the trash after an hour and then removed: the rename
 * of an owner that is still alive finds nothing, and the owner starts again. No key leads into the trash, and a folder
 * there is emptied once its move is synced.
 *
 * **Death** (SIGKILL) between any two steps leaves the old state with some dead files, or the new state. No file is a
 * lock.
 *
 * **Loss of power.** Content is synced, and then its name (the folder), before the rename; the folder of the rename is
 * synced after, before anything superseded is removed and before the caller gets `written`. So the content exists for
 * either name that the disk kept. A change of another process may be visible before its sync, so an acknowledged change
 * is always synced together with the changes before: a new version is synced with every earlier marker's rename, in the
 * same folder; the write of the second version first syncs the parent folder, where the object was made; and a delete
 * that finds nothing syncs the parent folder too. A version that was only read may be gone after a loss of power,
 * together with the process that read the version. The folders are opened before the rename: after the rename no step
 * can run out of descriptors, and the sync reaches the right folder even if a delete has moved the folder by then.
 */

import { dirname, join } from 'node:path'
import { StoreError } from '../store-error.ts'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { createFile, makeFolder, removeFolder, syncFolder, tidy, unlessMissing } from './folder-steps.ts'
import { contentName, currentVersion, markerName, md5Of, supersededContents, type Version } from './version-name.ts'

export interface Seen {
  readonly version: Version
  /** All names in the object's folder at the time of the read. */
  readonly names: readonly string[]
}

/**
 * - `done`: the version is current, or was current, and survives a loss of power.
 * - `lost`: another writer was faster; nothing has changed.
 * - `unclear`: the rename was sent, and an error hides its outcome.
 */
export type Change =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'unclear'; readonly cause: unknown }

/** An object's folder has a marker at every instant. So many reads in a row without a marker can't be chance. */
const MOST_LOOKS = 100

/** The current version of the object in `folder`, `undefined` when the object does not exist. */
export async function look(fs: FileSystem, folder: string): Promise<Seen | undefined> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const names = await unlessMissing(fs.readdir(folder))
    if (names === undefined) return undefined
    const version = currentVersion(names)
    if (version !== undefined) return { version, names }
  }
  throw new StoreError(`folder ${folder} holds no version of its object`, {
    code: 'CORRUPT',
    suggestion: 'Something else than s3sched changed it; restore it or remove it',
  })
}

/** The bytes of a version, `undefined` when the version was superseded and its bytes are gone. */
export async function readContent(fs: FileSystem, folder: string, version: Version): Promise<Uint8Array | undefined> {
  const path = join(folder, contentName(version))
  const file = await unlessMissing(fs.open(path, 'r'))
  if (file === undefined) {
    const now = await look(fs, folder)
    if (now?.version.id !== version.id) return undefined
    throw new StoreError(`file ${path} is missing`, { code: 'CORRUPT', suggestion: 'Restore it, or remove its folder' })
  }
  try {
    const body = await file.read()
    if (md5Of(body) === version.md5) return body
  } finally {
    await file.close()
  }
  throw new StoreError(`file ${path} does not hold what was written to it`, {
    code: 'CORRUPT',
    suggestion: 'Look for a failing disk; restore it, or remove its folder',
  })
}

/** A version to be made the current one. */
export interface NextVersion {
  readonly version: Version
  readonly body: Uint8Array
}

/**
 * Makes the object, with `version` number 1, if the object does not exist. `staged` is an unused path for preparing the
 * folder.
 * @throws `ENOENT` when a parent folder has been removed, or `staged` was removed as abandoned: prepare again.
 */
export async function create(
  fs: FileSystem,
  { folder, parent, staged }: { readonly folder: string; readonly parent: string; readonly staged: string },
  { body, version }: NextVersion,
  signal: AbortSignal,
): Promise<Change> {
  const parentHandle = await fs.open(parent, 'r')
  try {
    await fs.mkdir(staged)
    await createFile(fs, join(staged, markerName(version)), body)
    await syncFolder(fs, staged)
    signal.throwIfAborted()
    const change = await decide(fs.rename(staged, folder), ['ENOTEMPTY', 'EEXIST'], () => parentHandle.sync())
    if (change.outcome === 'lost') await tidy(removeFolder(fs, staged))
    return change
  } catch (error) {
    await tidy(removeFolder(fs, staged))
    throw error
  } finally {
    await parentHandle.close()
  }
}

/** Makes `version` the current version if `seen` is still current. */
export async function replace(
  fs: FileSystem,
  { folder, seen }: { readonly folder: string; readonly seen: Seen },
  { body, version }: NextVersion,
  signal: AbortSignal,
): Promise<Change> {
  const handle = await unlessMissing(fs.open(folder, 'r'))
  if (handle === undefined) return { outcome: 'lost' }
  const content = join(folder, contentName(version))
  try {
    await createFile(fs, content, body)
    await handle.sync()
    // The creator may not have synced this folder yet. A loss of power would then lose the object with all its later
    // versions.
    if (seen.version.number === 1) await syncFolder(fs, dirname(folder))
    signal.throwIfAborted()
    const rename = fs.rename(join(folder, markerName(seen.version)), join(folder, markerName(version)))
    const change = await decide(rename, ['ENOENT'], () => handle.sync())
    if (change.outcome === 'lost') await tidy(fs.unlink(content))
    if (change.outcome === 'done') {
      await tidy(...supersededContents(seen.names, version).map((name) => fs.unlink(join(folder, name))))
    }
    return change
  } catch (error) {
    await tidy(fs.unlink(content))
    if (isErrno(error, 'ENOENT')) return { outcome: 'lost' }
    throw error
  } finally {
    await handle.close()
  }
}

/**
 * Moves the object, if any, to the path `trashed`, out of reach of every key. Not durable until the parent folder is
 * synced.
 */
export async function remove(fs: FileSystem, folder: string, trashed: string): Promise<void> {
  for (;;) {
    try {
      return await fs.rename(folder, trashed)
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error
    }
    // ENOENT can also mean a missing trash folder: only the object's folder itself is proof.
    if ((await unlessMissing(fs.readdir(folder))) === undefined) return
    await makeFolder(fs, dirname(trashed))
  }
}

/**
 * Awaits the deciding rename, and then makes the rename durable. `lostBy` are the errors of a rename that lost the
 * race.
 * @throws the rename's error if the rename surely changed nothing
 */
async function decide(rename: Promise<void>, lostBy: readonly string[], sync: () => Promise<void>): Promise<Change> {
  try {
    await rename
  } catch (error) {
    if (isErrno(error, ...lostBy)) return { outcome: 'lost' }
    if (isErrno(error, 'EIO', 'ETIMEDOUT', 'EINTR')) return { outcome: 'unclear', cause: error }
    throw error
  }
  try {
    await sync()
  } catch (error) {
    // The new version is visible, but a crash may still bring back the old version.
    return { outcome: 'unclear', cause: error }
  }
  return { outcome: 'done' }
}
