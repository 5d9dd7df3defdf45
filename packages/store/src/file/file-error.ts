import { messageOf } from '@s3sched/kernel'
import { StoreError, type StoreErrorCode } from '../store-error.ts'

interface Meaning {
  readonly code: StoreErrorCode
  readonly retriable?: boolean
  readonly suggestion: string
}

const DENIED = 'ACCESS_DENIED'
const BUSY = { code: 'UNAVAILABLE', retriable: true } as const
const DESCRIPTORS = 'Raise the limit of open files (ulimit -n), or make fewer calls at once'
const LACKING = {
  code: 'UNSUPPORTED',
  suggestion: 'Its file system lacks a needed operation; choose a folder on a local disk',
} as const

const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: { code: DENIED, suggestion: 'Give this process the right to read and write the folder and all below it' },
  EPERM: { code: DENIED, suggestion: 'Give this process the right to read and write the folder and all below it' },
  EROFS: { code: DENIED, suggestion: 'Its file system is mounted read-only; choose a folder that can be written' },
  ENOSPC: { code: 'NO_SPACE', suggestion: 'Free some space (or inodes: df -i) on its file system' },
  EDQUOT: { code: 'NO_SPACE', suggestion: "Free some space, or raise the user's disk quota" },
  EMFILE: { ...BUSY, suggestion: DESCRIPTORS },
  ENFILE: { ...BUSY, suggestion: DESCRIPTORS },
  ENOMEM: { ...BUSY, suggestion: 'The machine is out of memory' },
  EAGAIN: { ...BUSY, suggestion: 'Try again' },
  EBUSY: { ...BUSY, suggestion: 'Try again' },
  ESTALE: { ...BUSY, suggestion: 'Try again; keep the folder on a local disk' },
  ENOTDIR: { code: 'INVALID_CONNECTION', suggestion: 'Something on the way to it is a file; choose another folder' },
  ENOENT: { code: 'INVALID_CONNECTION', suggestion: 'No folder can be made or kept there; choose another folder' },
  EISDIR: { code: 'INVALID_CONNECTION', suggestion: 'A folder lies where a file should be; choose another folder' },
  ENOSYS: LACKING,
  ENOTSUP: LACKING,
  EIO: { code: 'UNEXPECTED', suggestion: 'Look for a failing disk, or for a network file system that lost its server' },
  ELOOP: { code: 'INVALID_CONNECTION', suggestion: 'Its symbolic links run in a circle' },
  ENAMETOOLONG: { code: 'INVALID_KEY', suggestion: 'This file system takes no path so long; choose a shorter key' },
  EXDEV: { code: 'UNSUPPORTED', suggestion: 'All of the folder must be on one file system, which can rename folders' },
}

const UNKNOWN: Meaning = { code: 'UNEXPECTED', suggestion: "Look the system's error up, or choose another folder" }

/** Translates an error of the file system for the caller. Any other error is returned unchanged. */
export function toStoreError(error: unknown, what: string): unknown {
  const errno = errnoOf(error)
  if (errno === undefined) return error
  const { code, retriable = false, suggestion } = MEANINGS[errno] ?? UNKNOWN
  return new StoreError(`${what} failed: ${messageOf(error)}`, {
    code,
    retriable,
    suggestion,
    context: { errno },
    cause: error,
  })
}

/** True if `error` is one of these errors of the file system, such as `ENOENT`. */
export function isErrno(error: unknown, ...expected: readonly string[]): boolean {
  return expected.includes(errnoOf(error) ?? '')
}

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
