import { dirname, join, resolve } from 'node:path'
import { systemClock, systemRandom, type Clock, type Random } from '@s3sched/kernel'
import { checkBody } from '../body-limit.ts'
import { checkKey, checkPrefix } from '../object-key.ts'
import type { CallOptions, GetResult, ListPage, ObjectStore, PutResult } from '../object-store.ts'
import { StoreError } from '../store-error.ts'
import { withinTime } from '../within-time.ts'
import { CallSlots } from './call-slots.ts'
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

/** Calls that one store carries out at once. */
const AT_ONCE = 64

/** As many objects as S3 puts into one page. */
const PAGE = 1000

export interface FileStoreDeps {
  /** Gives `serverTime` and `lastModified`, and bounds calls. @default the system clock */
  readonly clock?: Clock
  /** Gives the ids in the names of files. @default the machine's */
  readonly random?: Random
  /** @default the machine's */
  readonly fileSystem?: FileSystem
  /** Which system the folder is on, as Node names it. @default this machine's */
  readonly platform?: NodeJS.Platform
}

/** On which systems a folder can be synced, and renamed over an empty one: all that Node runs on, but for one. */
function checkPlatform(platform: NodeJS.Platform, directory: string): void {
  if (platform !== 'win32') return
  throw new StoreError(`file://${directory} can't be a store: Windows neither syncs nor replaces folders as it must`, {
    code: 'UNSUPPORTED',
    suggestion: 'Use memory://NAME for a trial, an S3 server such as MinIO or a bucket, or run it in WSL',
    context: { platform },
  })
}

/**
 * A store in a folder of this machine, safe between its processes; versioned-object.ts tells how and why.
 *
 * The folder is made by the first write; until then it reads as empty. A relative path is taken from the working
 * directory of now. A listing reads each folder once, when it comes to it.
 *
 * @throws {@link StoreError} `UNSUPPORTED` on Windows; from its calls {@link StoreError} `ACCESS_DENIED`, `NO_SPACE`, `UNAVAILABLE` (out of descriptors or memory),
 * `INVALID_CONNECTION` (the folder is a file, or holds something else), `CORRUPT`, `UNSUPPORTED`; the system's own word is
 * in `context.errno`
 */
export function createFileStore(directory: string, deps: FileStoreDeps = {}): ObjectStore {
  const { clock = systemClock, random = systemRandom, fileSystem: fs = nodeFileSystem } = deps
  checkPlatform(deps.platform ?? process.platform, directory)
  const root = resolve(directory)
  const description = `file://${root}`
  const store = new StoreFolder(root, { fs, clock, random })
  const slots = new CallSlots(AT_ONCE)
  let closed = false
  const turn = (): Promise<void> => clock.sleep(0)

  const call = async <T>(verb: string, options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (closed) throw new StoreError(`store ${description} is closed`, { code: 'CLOSED' })
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

    async get(key, { ifNoneMatch, ...options } = {}): Promise<GetResult> {
      checkKey(key)
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
          const body = await readContent(fs, folder, seen.version)
          const { lastModified } = seen.version
          if (body !== undefined) return { outcome: 'found', body, etag, lastModified, serverTime }
        }
      })
    },

    async put(key, body, { condition, ...options } = {}): Promise<PutResult> {
      checkKey(key)
      checkBody(key, body)
      const own = body.slice() // the caller may change its bytes while they are written
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
        // Also where nothing was found: whoever took it away may not have come to this yet.
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
