import type { ListedObject } from '../object-store.ts'
import type { FileSystem } from './file-system.ts'
import type { FoundFolder } from './folder-walk.ts'
import { etagOf } from './version-name.ts'
import { look } from './versioned-object.ts'

/** Cuts a walk into pages, and looks only at the objects that are on them. */
export class FolderPager {
  readonly #fs: FileSystem
  readonly #found: AsyncIterator<FoundFolder>
  /** The first one behind the last page: it tells whether there is another page. */
  #next: FoundFolder | undefined
  #started = false

  constructor(fs: FileSystem, found: AsyncIterator<FoundFolder>) {
    this.#fs = fs
    this.#found = found
  }

  /** Whether there may be more. */
  get more(): boolean {
    return !this.#started || this.#next !== undefined
  }

  /** The next objects, `size` of them unless the walk has come to its end. */
  async read(size: number): Promise<ListedObject[]> {
    if (!this.#started) await this.#advance()
    const objects: ListedObject[] = []
    while (this.#next !== undefined && objects.length < size) {
      const found = await this.#take(size - objects.length)
      const listed = await Promise.all(found.map((each) => this.#listed(each)))
      objects.push(...listed.filter((object) => object !== undefined))
    }
    return objects
  }

  async #take(count: number): Promise<FoundFolder[]> {
    const found: FoundFolder[] = []
    for (; this.#next !== undefined && found.length < count; await this.#advance()) found.push(this.#next)
    return found
  }

  async #advance(): Promise<void> {
    this.#started = true
    const next = await this.#found.next()
    this.#next = next.done === true ? undefined : next.value
  }

  /** `undefined` when it has been deleted since the walk saw it. */
  async #listed({ key, path }: FoundFolder): Promise<ListedObject | undefined> {
    const version = (await look(this.#fs, path))?.version
    if (version === undefined) return undefined
    return { key, etag: etagOf(version), lastModified: version.lastModified, size: version.size }
  }
}
