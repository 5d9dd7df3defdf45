import { dirname, join, resolve } from 'node:path'
import { Slots, systemClock, systemRandom, type Clock, type Random, wrongArgument } from '@s3sched/kernel'
import { checkBody } from '../body-limit.ts'
import { bytesOf, checkRange, copyOf } from '../byte-range.ts'
import { checkKey, checkPrefix } from '../object-key.ts'
import { checkCondition } from '../put-condition.ts'
import type { CallOptions, GetResult, ListPage, ObjectStore, PutResult } from '../object-store.ts'
import { closedError, StoreError } from '../store-error.ts'
import { withinTime } from '../within-time.ts'
import { toStoreError } from './file-error.ts'
import { nodeFileSystem, type FileSystem } from './file-system.ts'
import { removeFolder, syncFolder, tidy, unlessMissing } from './folder-steps.ts'
import { walkFolders } from './folder-walk.ts'
import { objectPath } from './key-path.ts'
import { FolderPager } from './folder-pager.ts'
import { putObject } from './put-object.ts'
import { StoreFolder } from './store-folder.ts'
import { etagOf } from './version-name.ts'
import { look, readContent, remove } from './versioned-object.ts'

/**
 * The limit of concurrent calls of one store. A write holds two descriptors: without a limit, a thousand concurrent writes
 * would exceed the descriptor limit of most systems, and be no faster on one disk.
 */
const AT_ONCE = 64

/** The page size of S3. */
const PAGE = 1000

/** The live things that a store in a folder needs. */
export interface FileStoreDeps {
  /** Source of `serverTime` and `lastModified`, and of the time limit of calls. @default the system clock */
  readonly clock?: Clock
  /** Source of the ids in file names. @default the machine's */
  readonly random?: Random
  /** @default the machine's */
  readonly fileSystem?: FileSystem
  /** The system of the folder, as named by Node. @default this machine's */
  readonly platform?: NodeJS.Platform
}

/** Refuses Windows. Every other system of Node can sync a folder, and rename a folder over an empty one. */
function checkPlatform(platform: NodeJS.Platform, directory: string): void {
  if (platform !== 'win32') return
  throw new StoreError(`file://${directory} can't be a store: Windows neither syncs nor replaces folders as it must`, {
    code: 'UNSUPPORTED',
    suggestion: 'Use memory://NAME for a trial, an S3 server such as MinIO or a bucket, or run it in WSL',
    context: { platform },
  })
}

/**
 * A store in a folder of this machine, safe between its processes; versioned-object.ts explains why.
 *
 * The folder is made by the first write; a missing folder reads as empty. A relative path is resolved against the
 * working directory at the call. A listing reads a folder once, on arrival there.
 *
 * @throws {@link StoreError} `UNSUPPORTED` on Windows; from its calls {@link StoreError} `ACCESS_DENIED`, `NO_SPACE`,
 * `UNAVAILABLE` (out of descriptors or memory), `INVALID_CONNECTION` (the folder is a file, or holds something else),
 * `CORRUPT`, `UNSUPPORTED`; the system's own code is in `context.errno`
 */
export function createFileStore(directory: string, deps: FileStoreDeps = {}): ObjectStore {
  if (typeof (directory as unknown) !== 'string' || directory === '') {
    throw wrongArgument('createFileStore', 'the path of a folder', directory)
  }
  const { clock = systemClock, random = systemRandom, fileSystem: fs = nodeFileSystem } = deps
  checkPlatform(deps.platform ?? process.platform, directory)
  const root = resolve(directory)
  const description = `file://${root}`
  const store = new StoreFolder(root, { fs, clock, random })
  const slots = new Slots(AT_ONCE)
  let closed = false
  const turn = (): Promise<void> => clock.sleep(0)

  const call = async <T>(verb: string, options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (closed) throw closedError(description)
    const what = `${verb} in ${description}`
    return withinTime(clock, what, options, async (signal) => {
      try {
        return await slots.run(() => work(signal))
      } catch (error) {
        throw toStoreError(error, what)
      }
    })
  }

  return {
    description,

    async get(key, { ifNoneMatch, range, ...options } = {}): Promise<GetResult> {
      checkKey(key)
      checkRange(key, range)
      const folder = join(store.objects, ...objectPath(key))
      return call(`get ${key}`, options, async (signal) => {
        await store.prepareToRead()
        for (;;) {
          signal.throwIfAborted()
          const serverTime = clock.now()
          const seen = await look(fs, folder)
          if (seen === undefined) return { outcome: 'missing', serverTime }
          const etag = etagOf(seen.version)
          if (etag === ifNoneMatch) return { outcome: 'unchanged', serverTime }
          // The whole content is read for a range too: only the whole content can be compared with its checksum.
          const whole = await readContent(fs, folder, seen.version)
          const { lastModified } = seen.version
          if (whole === undefined) continue
          const body = range === undefined ? whole : bytesOf(key, whole, range)
          return { outcome: 'found', body, etag, lastModified, serverTime }
        }
      })
    },

    async put(key, body, given = {}): Promise<PutResult> {
      const { condition, ...options } = given
      checkKey(key)
      checkBody(key, body)
      checkCondition(key, given)
      const own = copyOf(body) // the caller may change the array during the write
      try {
        const work = (signal: AbortSignal): Promise<PutResult> =>
          putObject({ fs, store, clock }, { key, body: own, condition }, signal)
        const put = await call(`put ${key}`, options, work)
        if (put.outcome !== 'unknown') return put
        return { outcome: 'unknown', cause: toStoreError(put.cause, `put ${key} in ${description}`) }
      } catch (error) {
        const late = error instanceof StoreError && error.code === 'TIMEOUT'
        if (late && condition !== undefined) return { outcome: 'unknown', cause: error }
        throw error
      }
    },

    async delete(keys, options = {}): Promise<void> {
      const each = typeof keys === 'string' ? [keys] : keys
      for (const key of each) checkKey(key)
      await call(`delete ${each.length} of ${each[0] ?? 'nothing'}`, options, async () => {
        if (each.length === 0) return
        await store.prepareToWrite()
        const folders = each.map((key) => ({
          folder: join(store.objects, ...objectPath(key)),
          trash: store.newTrashPath(),
        }))
        const removed = await Promise.allSettled(folders.map(({ folder, trash }) => remove(fs, folder, trash)))
        // Synced even when nothing was found: another process may have removed the object, and not have synced the
        // folder yet.
        for (const parent of new Set(folders.map(({ folder }) => dirname(folder)))) {
          await unlessMissing(syncFolder(fs, parent))
        }
        await tidy(...folders.map(({ trash }) => removeFolder(fs, trash)))
        for (const end of removed) if (end.status === 'rejected') throw end.reason
      })
    },

    async *list(prefix, { startAfter = '', limit = Infinity, ...options } = {}): AsyncGenerator<ListPage> {
      checkPrefix(prefix)
      const pager = new FolderPager(fs, walkFolders({ fs, turn }, store.objects, prefix, startAfter))
      let left = limit
      do {
        const objects = await call(`list ${prefix === '' ? 'everything' : prefix}`, options, async () => {
          await store.prepareToRead()
          return pager.read(Math.min(PAGE, left))
        })
        yield { objects, serverTime: clock.now() }
        left -= objects.length
      } while (pager.more && left > 0)
    },

    async close() {
      closed = true
      await store.close()
    },
  }
}
