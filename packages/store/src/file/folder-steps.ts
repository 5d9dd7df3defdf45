import { join } from 'node:path'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'

/** `undefined` instead of an error when the file or folder, or the way to it, doesn't exist. */
export function unlessMissing<T>(step: Promise<T>): Promise<T | undefined> {
  // Not awaited here: that would be half as much memory again for each object of a listing.
  return step.catch(nothingIfMissing)
}

function nothingIfMissing(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT')) throw error
}

/**
 * Awaits steps that only free space. Their failures are left alone on purpose: what they were for has already been
 * decided, and what they leave behind is harmless and is met again by the next write or the next start.
 */
export async function tidy(...steps: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(steps)
}

/** Makes a file that must not exist, and returns once its content would survive a loss of power. Its name may not yet. */
export async function createFile(fs: FileSystem, path: string, body: Uint8Array): Promise<void> {
  const file = await fs.open(path, 'wx')
  try {
    await file.write(body)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Returns once the names in a folder would survive a loss of power. */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Makes a folder, if there is none. */
export async function makeFolder(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.mkdir(path)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  }
}

/** Removes a folder and the files in it. Several may do so at once. */
export async function removeFolder(fs: FileSystem, path: string): Promise<void> {
  const names = (await unlessMissing(fs.readdir(path))) ?? []
  await Promise.all(names.map((name) => unlessMissing(fs.unlink(join(path, name)))))
  await unlessMissing(fs.rmdir(path))
}
