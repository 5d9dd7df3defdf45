import { mapParallel } from '@s3sched/kernel'
import type { ListedObject } from '../object-store.ts'
import type { FileSystem } from './file-system.ts'
import type { FoundFolder } from './folder-walk.ts'
import { etagOf, type Version } from './version-name.ts'
import { look } from './versioned-object.ts'

/**
 * The number of folders read at a time. More would be no faster on one disk, and every read in progress takes
 * kilobytes.
 */
const AT_ONCE = 64

/** A class for the same reason as {@link FoundFolder}. */
class Listed implements ListedObject {
  readonly key: string
  readonly etag: string
  readonly lastModified: number
  readonly size: number

  constructor(key: string, version: Version) {
    this.key = key
    this.etag = etagOf(version)
    this.lastModified = version.lastModified
    this.size = version.size
  }
}

/** Cuts a walk into pages, and reads only the objects on the requested pages. */
export class FolderPager {
  readonly #fs: FileSystem
  readonly #walk: AsyncIterator<readonly FoundFolder[]>
  /** Folders found by the walk, but not on a page yet; empty at the end of the walk. */
  #found: readonly FoundFolder[] = []
  #taken = 0
  #started = false

  constructor(fs: FileSystem, walk: AsyncIterator<readonly FoundFolder[]>) {
    this.#fs = fs
    this.#walk = walk
  }

  /** True if there may be more objects. */
  get more(): boolean {
    return !this.#started || this.#taken < this.#found.length
  }

  /** The next objects: exactly `size` objects, or fewer at the end of the walk. */
  async read(size: number): Promise<ListedObject[]> {
    if (!this.#started) await this.#advance()
    const objects: ListedObject[] = []
    while (this.more && objects.length < size) {
      const found = this.#found.slice(this.#taken, this.#taken + size - objects.length)
      const listed = await mapParallel(found, AT_ONCE, (each) => this.#listed(each))
      for (const object of listed) if (object !== undefined) objects.push(object)
      this.#taken += found.length
      // Advance also behind a full page: only the next batch shows if another page follows.
      if (this.#taken === this.#found.length) await this.#advance()
    }
    return objects
  }

  async #advance(): Promise<void> {
    const next = await this.#walk.next()
    this.#started = true
    this.#found = next.done === true ? [] : next.value
    this.#taken = 0
  }

  /** `undefined` when the object was deleted after the walk found its folder. */
  async #listed({ key, path }: FoundFolder): Promise<ListedObject | undefined> {
    const version = (await look(this.#fs, path))?.version
    if (version === undefined) return undefined
    return new Listed(key, version)
  }
}
