import { dirname, join } from 'node:path'
import type { Clock, Random } from '@s3sched/kernel'
import { StoreError } from '../store-error.ts'
import { isErrno } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { createFile, makeFolder, removeFolder, syncFolder, tidy, unlessMissing } from './folder-steps.ts'

/** The layout version of a new store, and the newest readable version. */
const LAYOUT = 1
const LAYOUT_FILE = 's3sched-store.json'

/** The age of an abandoned staged or trashed folder, ms. An owner that is still alive loses one attempt. */
const FORGOTTEN_MS = 3_600_000

/**
 * The folder of a store:
 *
 * - `s3sched-store.json` marks the folder as a store, with its layout version
 * - `objects/` holds a folder per object, see key-path.ts and versioned-object.ts
 * - `staging/` holds the folders of objects before their creation
 * - `trash/` holds the folders of deleted objects before their removal
 */
export class StoreFolder {
  readonly objects: string
  readonly #path: string
  readonly #fs: FileSystem
  readonly #clock: Clock
  readonly #random: Random
  readonly #durable = new Set<string>()
  #readable = false
  #writable: Promise<void> | undefined
  #collecting: Promise<void> = Promise.resolve()

  constructor(path: string, { fs, clock, random }: { fs: FileSystem; clock: Clock; random: Random }) {
    this.#path = path
    this.#fs = fs
    this.#clock = clock
    this.#random = random
    this.objects = join(path, 'objects')
  }

  /** Lower-case, because some file systems do not distinguish case. */
  newId(): string {
    return this.#random.id().toLowerCase()
  }

  /** A unique path for preparing a folder. */
  newStagedPath(): string {
    return join(this.#path, 'staging', this.#newDatedName())
  }

  /** A unique path for removing a folder. */
  newTrashPath(): string {
    return join(this.#path, 'trash', this.#newDatedName())
  }

  /** To be called before a read. A missing folder is an empty store. */
  async prepareToRead(): Promise<void> {
    if (!this.#readable) this.#readable = (await this.#checkLayout()) === 'ours'
  }

  /** To be called before a write: makes the missing folders. */
  async prepareToWrite(): Promise<void> {
    this.#writable ??= this.#make()
    try {
      await this.#writable
    } catch (error) {
      this.#writable = undefined
      throw error
    }
  }

  /** Checks everything again before the next write, because an expected folder is gone. */
  forget(): void {
    this.#writable = undefined
    this.#durable.clear()
  }

  /**
   * Makes the nested folders `names` below `objects`, and returns the path of the last folder. A folder is synced into
   * its parent once per process, even if another process made the folder: the other process may not have synced the
   * parent yet. Folders are never removed, so once is enough.
   */
  async makeFolders(names: readonly string[]): Promise<string> {
    let path = this.objects
    for (const name of names) {
      const parent = path
      path = join(parent, name)
      if (this.#durable.has(path)) continue
      await makeFolder(this.#fs, path)
      await syncFolder(this.#fs, parent)
      this.#durable.add(path)
    }
    return path
  }

  /** Waits for the background work. */
  async close(): Promise<void> {
    await this.#collecting
  }

  async #make(): Promise<void> {
    await this.#makeWithParents(this.#path)
    await this.#syncAbove(this.#path)
    if ((await this.#checkLayout()) === 'empty') {
      const draft = join(this.#path, `.${LAYOUT_FILE}.${this.newId()}`)
      await createFile(this.#fs, draft, Buffer.from(`${JSON.stringify({ format: 's3sched-store', v: LAYOUT })}\n`))
      await this.#fs.rename(draft, join(this.#path, LAYOUT_FILE))
    }
    // The layout file must be on the disk before any folder that would look foreign without the file.
    await syncFolder(this.#fs, this.#path)
    for (const name of ['objects', 'staging', 'trash']) await makeFolder(this.#fs, join(this.#path, name))
    await syncFolder(this.#fs, this.#path)
    this.#collecting = tidy(this.#collect())
  }

  async #makeWithParents(path: string): Promise<void> {
    const made = await unlessMissing(makeFolder(this.#fs, path).then(() => true))
    if (made === true) return
    await this.#makeWithParents(dirname(path))
    await makeFolder(this.#fs, path)
  }

  /** Syncs all parents, because another process may have made some of them, and not have synced them yet. */
  async #syncAbove(path: string): Promise<void> {
    const parent = dirname(path)
    if (parent === path) return
    await this.#syncAbove(parent)
    await syncFolder(this.#fs, parent).catch((error: unknown) => {
      // A parent without read or write permission was made by another user, long ago.
      if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'EINVAL')) throw error
    })
  }

  async #checkLayout(): Promise<'ours' | 'empty'> {
    const text = await this.#readLayout()
    if (text !== undefined) {
      this.#refuseOtherLayout(text)
      return 'ours'
    }
    const foreign = (await unlessMissing(this.#fs.readdir(this.#path)))?.find((name) => !name.startsWith('.'))
    // Another process may have made the store between the two reads; the layout file comes first, so a second read
    // finds the file.
    if (foreign === undefined) return 'empty'
    if ((await this.#readLayout()) !== undefined) return 'ours'
    throw new StoreError(`folder ${this.#path} is not a store: it holds '${foreign}', and no ${LAYOUT_FILE}`, {
      code: 'INVALID_CONNECTION',
      suggestion: 'Choose a folder that is empty or does not exist',
    })
  }

  async #readLayout(): Promise<string | undefined> {
    const file = await unlessMissing(this.#fs.open(join(this.#path, LAYOUT_FILE), 'r'))
    try {
      return file && Buffer.from(await file.read()).toString()
    } finally {
      await file?.close()
    }
  }

  #refuseOtherLayout(text: string): void {
    const version = /^\{"format":"s3sched-store","v":(\d+)\}\n$/.exec(text)?.[1]
    if (version === String(LAYOUT)) return
    throw new StoreError(`folder ${this.#path} holds a store of layout ${version ?? 'unknown'}, expected ${LAYOUT}`, {
      code: 'UNSUPPORTED',
      suggestion: version === undefined ? `Restore its ${LAYOUT_FILE}` : 'Upgrade s3sched',
    })
  }

  #newDatedName(): string {
    return `${Math.floor(this.#clock.now())}.${this.newId()}`
  }

  async #forgotten(folder: string): Promise<string[]> {
    const before = this.#clock.now() - FORGOTTEN_MS
    return (await this.#fs.readdir(folder)).filter((name) => Number(name.split('.')[0]) < before)
  }

  /** Removes the remains of dead processes. A folder is emptied only after its move into the trash is on the disk. */
  async #collect(): Promise<void> {
    const [staging, trash] = [join(this.#path, 'staging'), join(this.#path, 'trash')]
    const left = (await this.#forgotten(trash)).map((name) => join(trash, name))
    for (const name of await this.#forgotten(staging)) {
      const path = this.newTrashPath()
      await unlessMissing(this.#fs.rename(join(staging, name), path))
      left.push(path)
    }
    if (left.length === 0) return
    await syncFolder(this.#fs, trash)
    for (const path of left) await removeFolder(this.#fs, path)
  }
}
