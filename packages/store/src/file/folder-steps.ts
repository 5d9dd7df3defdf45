import { join } from 'node:path'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'

/** Returns `undefined` instead of an error when the file, the folder or a parent doesn't exist. */
export function unlessMissing<T>(step: Promise<T>): Promise<T | undefined> {
  // Not awaited here: an await would cost half as much memory again per object of a listing.
  return step.catch(nothingIfMissing)
}

function nothingIfMissing(error: unknown): undefined {
  if (!isErrno(error, 'ENOENT')) throw error
}

/**
 * Awaits steps that only free space. Failures are ignored on purpose: the outcome is already decided, and the remains
 * are harmless and are found again by the next write or the next start.
 */
export async function tidy(...steps: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(steps)
}

/**
 * Makes a file that must not exist, and returns once its content would survive a loss of power. The name of the file
 * may still be lost.
 */
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

/** Removes a folder and its files. Several processes may remove the same folder at once. */
export async function removeFolder(fs: FileSystem, path: string): Promise<void> {
  const names = (await unlessMissing(fs.readdir(path))) ?? []
  await Promise.all(names.map((name) => unlessMissing(fs.unlink(join(path, name)))))
  await unlessMissing(fs.rmdir(path))
}
