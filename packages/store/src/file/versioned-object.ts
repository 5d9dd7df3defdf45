/*
 * Compare-and-swap between processes, on a file system.
 *
 * **State.** An object is a folder, and in it is exactly one *marker*: a file whose name says which version is
 * current, with the ETag, size and time of it. The bytes of a version are a file of their own beside it (those of the
 * first are in the marker itself). Names carry a random id, so that no name is ever used twice, here or in a later
 * life of the object.
 *
 * **Authority.** Each change is one `rename(2)` that the kernel does whole or not at all, and that works for one
 * caller only:
 *
 * | change  | rename                                   | fails when somebody was faster, because       |
 * |---------|------------------------------------------|-----------------------------------------------|
 * | create  | a prepared folder to the object's place  | a folder that isn't empty can't be replaced   |
 * | replace | the marker of version n to that of n + 1 | that marker is gone: renamed, or in the trash |
 * | delete  | the object's folder into the trash       | never: it takes whatever version is there     |
 *
 * The usual way, making the file `n + 1` exclusively, has a hole: a writer may stall between its look and its
 * creation, until others have written n + 1 and n + 2 and cleaned up n + 1. Its creation then succeeds, and it
 * believes that it won. Consuming a name that never comes back has no such hole, however long the stall, and needs no
 * tombstones: a marker of an earlier life of the object matches nothing in a later one. That is why ABA can't happen
 * here either.
 *
 * **Readers** list the folder, take the marker's word, and open the content. Content is complete and synced before a
 * marker names it, and is never changed after, so that half a file can't be seen. It may be gone, when the version
 * was superseded meanwhile: the reader looks again, and whoever is replaced again and again under its eyes is at
 * least sure that others make progress. A listing that shows no marker, since a rename went on while it was read, is
 * repeated too; of two markers the higher is the later.
 *
 * **Cleaning up** never rests on time. Content for version n + 1 can only be made current by renaming the marker of n.
 * Whoever has made n + 1 current knows that this marker is gone for ever, so everything for versions up to n + 1,
 * except its own, is dead: also the unfinished file of a writer that is still alive, whose rename will fail whatever happens
 * to that file. A prepared folder is removed after an hour by first moving it to the trash: if its owner lives after
 * all, its rename finds nothing and it begins anew. What is in the trash can be reached by no key, and is emptied
 * once its way there is synced.
 *
 * **Death** (SIGKILL) between any two steps leaves the old state with some dead files, or the new one. None of them
 * is a lock.
 *
 * **Loss of power.** Content is synced, and then its name (the folder), before the rename; the folder in which the
 * rename happened is synced after, before anything superseded is removed and before the caller hears `written`. So
 * whichever of the two names the disk kept, its content is there. What somebody else has done may be seen before it
 * is synced, so nobody acknowledges anything on top of it that wouldn't carry it along: a new version is synced with
 * every earlier marker's rename, which happened in the same folder; the second version syncs the folder above first,
 * in which the object was made; and a delete that finds nothing syncs the folder from which the object was taken.
 * What was merely seen may be gone after a loss of power, as is the process that saw it. The folders are opened
 * before the rename: after it no step is left that could run out of descriptors, and the sync reaches the right
 * folder even if a delete has moved it away by then.
 */

import { dirname, join } from 'node:path'
import { StoreError } from '../store-error.ts'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { createFile, makeFolder, removeFolder, syncFolder, tidy, unlessMissing } from './folder-steps.ts'
import { contentName, currentVersion, markerName, md5Of, supersededContents, type Version } from './version-name.ts'

export interface Seen {
  readonly version: Version
  /** Every name in the object's folder at that look. */
  readonly names: readonly string[]
}

/**
 * - `done`: the version is current, or was, and survives a loss of power.
 * - `lost`: somebody was faster; nothing has changed.
 * - `unclear`: the rename was sent, and something failed that doesn't tell what came of it.
 */
export type Change =
  { readonly outcome: 'done' } | { readonly outcome: 'lost' } | { readonly outcome: 'unclear'; readonly cause: unknown }

/** An object's folder has a marker at every instant. Missing it this often in a row can't be chance. */
const MOST_LOOKS = 100

/** The current version of the object in `folder`, `undefined` when there is no such object. */
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

/** The bytes of a version, `undefined` when it is no longer the current one and they are gone. */
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

/**
 * Makes the object, with `version` number 1, if there is none. `staged` is a path of its own for preparing the folder.
 * @throws `ENOENT` when a folder above has been removed, or `staged` has been taken for forgotten: prepare anew.
 */
export async function create(
  fs: FileSystem,
  { folder, parent, staged }: { readonly folder: string; readonly parent: string; readonly staged: string },
  version: Version,
  body: Uint8Array,
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

/** Makes `version` the current one if `seen` still is. */
export async function replace(
  fs: FileSystem,
  folder: string,
  seen: Seen,
  version: Version,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Change> {
  const handle = await unlessMissing(fs.open(folder, 'r'))
  if (handle === undefined) return { outcome: 'lost' }
  const content = join(folder, contentName(version))
  try {
    await createFile(fs, content, body)
    await handle.sync()
    // Whoever made the object may not have come to this yet. Then it would be lost with all its later versions.
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

/** Moves the object, if there is one, to the path `trashed`, from which no key leads back. Not yet durable: sync the folder above. */
export async function remove(fs: FileSystem, folder: string, trashed: string): Promise<void> {
  for (;;) {
    try {
      return await fs.rename(folder, trashed)
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error
    }
    // Also the trash itself may be what is missing: believe only the folder.
    if ((await unlessMissing(fs.readdir(folder))) === undefined) return
    await makeFolder(fs, dirname(trashed))
  }
}

/**
 * Awaits the rename that decides, and then makes it durable. `lostBy` are the errors that say that somebody was faster.
 * @throws the rename's error if it surely changed nothing
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
    // The new version can be read, and a crash may still bring back the old one.
    return { outcome: 'unclear', cause: error }
  }
  return { outcome: 'done' }
}
