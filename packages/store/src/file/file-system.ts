import { readdir } from 'node:fs'
import { mkdir, open, rename, rmdir, unlink } from 'node:fs/promises'

/**
 * The few file system calls of the file driver, so that a test can stop between any two of them, fail any of them, or
 * simulate a loss of power. The calls reject with the errors of `node:fs`.
 */
export interface FileSystem {
  readonly mkdir: (path: string) => Promise<void>
  readonly readdir: (path: string) => Promise<string[]>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly unlink: (path: string) => Promise<void>
  readonly rmdir: (path: string) => Promise<void>
  /** `r` opens an existing file or folder, `wx` creates a file that must not exist. */
  readonly open: (path: string, flags: 'r' | 'wx') => Promise<OpenFile>
}

export interface OpenFile {
  readonly read: () => Promise<Uint8Array>
  readonly write: (body: Uint8Array) => Promise<void>
  /** Returns once the content of the file, or the names in the folder, would survive a loss of power. */
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The machine's own file system. */
export const nodeFileSystem: FileSystem = {
  mkdir: (path) => mkdir(path),
  readdir: readNames,
  rename,
  unlink,
  rmdir: (path) => rmdir(path),
  async open(path, flags) {
    const handle = await open(path, flags)
    return {
      read: () => handle.readFile(),
      write: (body) => handle.writeFile(body),
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },
}

/**
 * A listing makes one of these calls per object: the call of `node:fs/promises` leaves several times as much garbage.
 */
function readNames(path: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    readdir(path, (error, names) => (error === null ? resolve(names) : reject(error)))
  })
}
