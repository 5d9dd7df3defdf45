import { messageOf, S3SchedError, type Clock, type Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { ByteCache } from '../segments/byte-cache.ts'
import type { ChunkQuery } from '../segments/run-chunk.ts'
import { parseArchiveKey, type ArchiveKey } from './archive-key.ts'
import { footerBytes, readGroup, readIndex, type GroupRows, type RowGroup, type RunFileIndex } from './read-run-file.ts'

/** A file in a LIST. */
export interface ListedFile extends ArchiveKey {
  /** Key of the object. */
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** By the store's clock, epoch ms. */
  readonly lastModified: number
}

/** The footer of a file of 150,000 runs takes 100 KB. A file that is not much larger is read at once. */
const TAIL_BYTES = 131_072
const WHOLE_BYTES = 393_216

/** Two marks and the length of the footer. */
const SMALLEST_BYTES = 12

/** Most bytes of one request. */
const RANGE_BYTES = 8_388_608

export type ReadFile = { readonly outcome: 'found'; readonly file: OpenRunFile } | FileTrouble

/** - `missing`: the file was deleted meanwhile. - `bad`: the file can't be read; the problem was told. */
export type FileTrouble = { readonly outcome: 'missing' } | { readonly outcome: 'bad' }

class MissingFile extends Error {}

type ProblemListener = ChunkQuery['onProblem']

export interface ArchiveFilesDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly logger: Logger
}

/** Reads files of the archive by ranges. Bytes are kept in a cache, since files never change. */
export class ArchiveFiles {
  readonly #deps: ArchiveFilesDeps
  readonly #cache: ByteCache
  readonly #told = new Set<string>()

  constructor(deps: ArchiveFilesDeps, cacheBytes: number) {
    this.#deps = deps
    this.#cache = new ByteCache(cacheBytes)
  }

  /**
   * The footer: 1 GET, or none. `isWhole` reads the whole file at once, for a caller that needs all groups.
   */
  async open(listed: ListedFile, isWhole: boolean, call: CallOptions, onProblem?: ProblemListener): Promise<ReadFile> {
    return this.guard(listed.key, onProblem, async () => {
      const { key, size } = listed
      const bytes = (from: number, to: number): Promise<Uint8Array> => this.#bytes(listed, from, to, call)
      if (size <= SMALLEST_BYTES) throw new Error(`its ${size} bytes are too few for a Parquet file`)
      const isSmall = size <= (isWhole ? RANGE_BYTES : WHOLE_BYTES)
      const start = isSmall ? 0 : size - TAIL_BYTES
      const part = { start, bytes: await bytes(start, size) }
      const footer = footerBytes(part.bytes)
      if (footer > size) throw new Error(`its footer of ${footer} bytes is longer than the file`)
      const tail = footer <= part.bytes.byteLength ? part.bytes : await bytes(size - footer, size)
      const index = await readIndex(tail, size)
      this.#tellColumns(key, index, onProblem)
      return new OpenRunFile(listed, index, { first: part, bytes, turn: () => this.#deps.clock.sleep(0, call.signal) })
    })
  }

  /** Does something with a file; an unreadable file is told of once. */
  async guard<T>(
    key: string,
    onProblem: ProblemListener | undefined,
    work: () => Promise<T>,
  ): Promise<{ readonly outcome: 'found'; readonly file: T } | FileTrouble> {
    try {
      return { outcome: 'found', file: await work() }
    } catch (error) {
      if (error instanceof MissingFile) return { outcome: 'missing' }
      const isOfStore = error instanceof S3SchedError && error.code !== 'INVALID_RANGE'
      const isAbort = error instanceof Error && error.name === 'AbortError'
      if (isOfStore || isAbort) throw error
      this.tell(key, `${messageOf(error)}; its runs are left out`, onProblem)
      return { outcome: 'bad' }
    }
  }

  /** Tells the query of a file's problem, and the logger once. */
  tell(key: string, problem: string, onProblem?: ProblemListener): void {
    onProblem?.({ key, problem })
    if (this.#told.has(key)) return
    if (this.#told.size >= MOST_TOLD) this.#told.clear()
    this.#told.add(key)
    this.#deps.logger.warn(`archive file ${key}: ${problem}`, { key })
  }

  #tellColumns(key: string, { unknownColumns }: RunFileIndex, onProblem: ProblemListener | undefined): void {
    if (unknownColumns.length > 0)
      this.tell(key, `its columns ${unknownColumns.join(', ')} are unknown and left out; upgrade s3sched`, onProblem)
  }

  async #bytes(
    { etag, key }: ListedFile,
    start: number,
    end: number,
    { signal, timeoutMs }: CallOptions,
  ): Promise<Uint8Array> {
    // A damaged file may have been written again.
    const name = `${key} ${etag} ${start} ${end}`
    const cached = this.#cache.get(name)
    if (cached !== undefined) return cached
    const got = await this.#deps.store.get(key, { range: { start, end }, signal, timeoutMs })
    if (got.outcome === 'missing') throw new MissingFile()
    if (got.outcome !== 'found' || got.body.byteLength !== end - start)
      throw new Error(`its bytes ${start} to ${end} can't be read`)
    this.#cache.set(name, got.body)
    return got.body
  }
}

const MOST_TOLD = 10_000

interface Part {
  readonly start: number
  readonly bytes: Uint8Array
}

interface RunFileSource {
  /** The part that was read for the footer. */
  readonly first: Part
  readonly bytes: (start: number, end: number) => Promise<Uint8Array>
  /** Lets other work of the process run. */
  readonly turn: () => Promise<void>
}

/** A file whose footer was read. The groups that were read stay in memory as long as the file is in use. */
export class OpenRunFile {
  readonly listed: ListedFile
  readonly index: RunFileIndex
  readonly #first: Part
  readonly #bytes: (start: number, end: number) => Promise<Uint8Array>
  readonly #turn: () => Promise<void>
  readonly #parts = new Map<RowGroup, Promise<Part>>()
  readonly #groups = new Map<RowGroup, Promise<GroupRows>>()
  #decoding: Promise<void> = Promise.resolve()

  constructor(listed: ListedFile, index: RunFileIndex, { bytes, first, turn }: RunFileSource) {
    this.listed = listed
    this.index = index
    this.#first = first
    this.#bytes = bytes
    this.#turn = turn
  }

  /** Asks for groups that will be read: 1 GET for neighbouring groups. The groups come in the order of the file. */
  want(groups: readonly RowGroup[]): void {
    for (const range of rangesOf(groups.filter((group) => !this.#parts.has(group)))) {
      const [first, last] = [range[0], range.at(-1)]
      if (first === undefined || last === undefined) continue
      const part = this.#part(first.start, last.end)
      // A failure is thrown where the rows are needed.
      part.catch(nothing)
      for (const group of range) this.#parts.set(group, part)
    }
  }

  /** @param keeps - false when nobody will ask for the group again */
  async rows(group: RowGroup, keeps: boolean): Promise<GroupRows> {
    const part = this.#parts.get(group) ?? this.#part(group.start, group.end)
    const rows = this.#groups.get(group) ?? this.#decode(group, part)
    if (keeps) this.#groups.set(group, rows)
    else this.#parts.delete(group)
    return rows
  }

  /** One group after the other, each in a turn of its own: a group takes some 10 ms. */
  async #decode(group: RowGroup, part: Promise<Part>): Promise<GroupRows> {
    const before = this.#decoding
    const decode = async (): Promise<GroupRows> => {
      const { bytes, start } = await part
      await before
      await this.#turn()
      return readGroup(this.index, group, bytes.subarray(group.start - start, group.end - start), group.start)
    }
    const decoded = decode()
    this.#decoding = decoded.then(nothing, nothing)
    return decoded
  }

  async #part(start: number, end: number): Promise<Part> {
    const { bytes, start: from } = this.#first
    if (start >= from && end <= from + bytes.byteLength) return this.#first
    return { start, bytes: await this.#bytes(start, end) }
  }
}

function nothing(): void {}

/** Runs of groups that lie side by side, or nearly so. */
function rangesOf(groups: readonly RowGroup[]): RowGroup[][] {
  const ranges: RowGroup[][] = []
  for (const group of groups) {
    const range = ranges.at(-1)
    const [first, last] = [range?.[0], range?.at(-1)]
    const isNear = first !== undefined && last !== undefined && group.start - last.end <= GAP_BYTES
    if (isNear && group.end - first.start <= RANGE_BYTES) range?.push(group)
    else ranges.push([group])
  }
  return ranges
}

/** The largest gap between two groups that is read along, in bytes: a second request would cost more. */
const GAP_BYTES = 65_536

/** The files of some days in a LIST; other objects are told of by `onOther`. */
export async function* listFiles(
  store: ObjectStore,
  prefix: string,
  { signal, startAfter, timeoutMs }: CallOptions & { readonly startAfter?: string | undefined },
  onOther: (key: string) => void,
): AsyncGenerator<{ readonly files: readonly ListedFile[]; readonly serverTime: number | undefined }> {
  for await (const { objects, serverTime } of store.list(prefix, { signal, timeoutMs, startAfter })) {
    const files = objects.flatMap(({ etag, key, lastModified, size }) => {
      const parsed = parseArchiveKey(key)
      if (parsed === undefined) onOther(key)
      return parsed === undefined ? [] : [{ ...parsed, key, etag, lastModified, size }]
    })
    yield { files, serverTime }
  }
}
