import type { Clock } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { listFiles, type ListedFile } from './archive-files.ts'
import { ARCHIVE, dayPrefix } from './archive-key.ts'

/** The files of some days, as a LIST named them. */
export interface Listing {
  readonly files: readonly ListedFile[]
  /** Keys of objects that are no files of the archive. */
  readonly others: readonly string[]
  /** The begin of the LIST, by the monotonic clock. */
  readonly listedAt: number
}

interface Kept extends Listing {
  /** The first day. The listing goes on to the end. */
  readonly from: number
}

/**
 * Segments stay for ten minutes after their archive was written, so a listing of the archive may be this much older than
 * the listing of the segments beside it. Several queries of a page or command share it.
 */
const KEPT_MS = 60_000

/**
 * The names in the archive, and the last listing of them: 1 LIST per 1,000 files, or none within a minute. A query that
 * finds a listed file gone calls {@link ArchiveListing.forget}: an older set was replaced, or a folder pruned.
 */
export class ArchiveListing {
  readonly #store: ObjectStore
  readonly #clock: Clock
  #kept: Kept | undefined

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  forget(): void {
    this.#kept = undefined
  }

  /** The files of the days from `from` to `to`, and perhaps of others. @throws StoreError */
  async read(from: number, to: number, call: CallOptions): Promise<Listing> {
    const listedAt = this.#clock.monotonic()
    const kept = this.#kept
    if (kept !== undefined && kept.from <= from && listedAt - kept.listedAt < KEPT_MS) return kept
    const files: ListedFile[] = []
    const others: string[] = []
    const end = `${dayPrefix(to)}0`
    const onOther = (key: string): void => void others.push(key)
    let isWhole = true
    for await (const page of listFiles(this.#store, ARCHIVE, { ...call, startAfter: dayPrefix(from) }, onOther)) {
      files.push(...page.files)
      isWhole = (page.files.at(-1)?.key ?? '') <= end
      if (!isWhole) break
    }
    if (isWhole) this.#kept = { files, others, listedAt, from }
    return { files, others, listedAt }
  }
}
