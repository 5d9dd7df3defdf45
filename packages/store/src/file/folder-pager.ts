import { mapParallel } from '@s3sched/kernel'
import type { ListedObject } from '../object-store.ts'
import type { FileSystem } from './file-system.ts'
import type { FoundFolder } from './folder-walk.ts'
import { etagOf, type Version } from './version-name.ts'
import { look } from './versioned-object.ts'

/** How many folders are looked at at a time. More would be no faster on one disk, and each look under way takes kilobytes. */
const AT_ONCE = 64

/** A class for the reason that {@link FoundFolder} is one. */
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

/** Cuts a walk into pages, and looks only at the objects that are on them. */
export class FolderPager {
  readonly #fs: FileSystem
  readonly #walk: AsyncIterator<readonly FoundFolder[]>
  /** What the walk has found and no page has yet; empty when it has come to its end. */
  #found: readonly FoundFolder[] = []
  #taken = 0
  #started = false

  constructor(fs: FileSystem, walk: AsyncIterator<readonly FoundFolder[]>) {
    this.#fs = fs
    this.#walk = walk
  }

  /** Whether there may be more. */
  get more(): boolean {
    return !this.#started || this.#taken < this.#found.length
  }

  /** The next objects, `size` of them unless the walk has come to its end. */
  async read(size: number): Promise<ListedObject[]> {
    if (!this.#started) await this.#advance()
    const objects: ListedObject[] = []
    while (this.more && objects.length < size) {
      const found = this.#found.slice(this.#taken, this.#taken + size - objects.length)
      const listed = await mapParallel(found, AT_ONCE, (each) => this.#listed(each))
      for (const object of listed) if (object !== undefined) objects.push(object)
      this.#taken += found.length
      // Also behind a full page: what is next tells whether there is another.
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

  /** `undefined` when it has been deleted since the walk saw it. */
  async #listed({ key, path }: FoundFolder): Promise<ListedObject | undefined> {
    const version = (await look(this.#fs, path))?.version
    if (version === undefined) return undefined
    return new Listed(key, version)
  }
}
