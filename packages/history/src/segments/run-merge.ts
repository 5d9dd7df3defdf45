/**
 * The runs of all places that match a filter, the newest first, each once.
 *
 * Chunks come by the time of their newest run, and runs leave by their own time: a run may leave once no unread chunk
 * can hold a run of its time or a later time. All copies of a run have the same time, so all of them are there when the
 * run leaves, and the record that knows most is shown.
 *
 * A filter by status passes over the chunks without a wanted status. A verdict may have been wrong, though, and the late
 * truth may lie in such a chunk: before a run that could be superseded leaves, the passed chunks that span its time and
 * have a status of more knowledge are read after all.
 */
import type { ResolvedFilter } from '../run-query.ts'
import type { RunRecord } from '../run-record.ts'
import { rankOf } from '../run-status.ts'
import type { RunStatus } from '../run-status.ts'
import { bestRuns, compareRuns } from './best-runs.ts'
import type { ChunkQueue } from './chunk-queue.ts'
import type { ChunkQuery, RunChunk } from './run-chunk.ts'
import type { ShortTurns } from './short-turns.ts'
import { WaitingRuns } from './waiting-runs.ts'

type Reading = ReturnType<RunChunk['read']>

/** Most chunks that are read at the same time. */
const CHUNKS_AT_ONCE = 16

/** No record supersedes a record with this much knowledge. */
const FINAL = rankOf('success')

export class RunMerge {
  readonly #queue: ChunkQueue
  readonly #statuses: ReadonlySet<RunStatus> | undefined
  readonly #until: number
  readonly #waiting: WaitingRuns
  /** Chunks whose reading has begun, by falling `newest`; their runs are not in `waiting` yet. */
  readonly #opened: { readonly chunk: RunChunk; readonly reading: Reading }[] = []
  /** Chunks without a wanted status. */
  #passed: RunChunk[] = []
  /** A caller that takes few runs may need one chunk only, so the number of chunks read at once grows. */
  #atOnce: number

  constructor(queue: ChunkQueue, { statuses }: Pick<ResolvedFilter, 'statuses'>, query: ChunkQuery) {
    this.#queue = queue
    this.#statuses = statuses
    this.#until = query.until
    this.#waiting = new WaitingRuns(query)
    this.#atOnce = query.expected === undefined ? CHUNKS_AT_ONCE : 1
  }

  /** The next wanted runs, all of one time; `undefined` at the end. */
  async next(turns: ShortTurns, signal: AbortSignal | undefined): Promise<readonly RunRecord[] | 'gone' | undefined> {
    for (;;) {
      if (turns.isOver) await turns.next(signal)
      const time = this.#waiting.newest
      const newest = this.#opened[0]?.chunk.newest ?? this.#queue.newest
      if (newest !== undefined && (time === undefined || newest >= time)) {
        if ((await this.#readOne()) === 'gone') return 'gone'
      } else if (time === undefined) return undefined
      else {
        const runs = await this.#leave(time)
        if (runs === 'gone' || runs.length > 0) return runs
      }
    }
  }

  async #readOne(): Promise<'read' | 'gone'> {
    await this.#open()
    const next = this.#opened.shift()
    if (next === undefined) return 'read'
    const runs = await next.reading
    if (runs === 'gone') return 'gone'
    this.#waiting.add(runs, this.#until)
    return 'read'
  }

  async #open(): Promise<void> {
    while (this.#opened.length < this.#atOnce) {
      // Nothing is known to need the chunks that a request must name.
      if (this.#opened.length > 0 && this.#queue.isLater) break
      const chunk = await this.#queue.take()
      if (chunk === undefined) break
      if (!this.#isWanted(chunk)) {
        this.#passOver(chunk)
        // Nothing is known to need the next chunk yet.
        if (this.#opened.length === 0) return
        continue
      }
      const reading = chunk.read()
      // A failure is thrown where the runs are needed. A reading no longer needed by the caller is not awaited.
      reading.catch(() => undefined)
      this.#opened.push({ chunk, reading })
    }
    this.#atOnce = Math.min(CHUNKS_AT_ONCE, 2 * this.#atOnce)
  }

  #isWanted({ oldest, statuses }: RunChunk): boolean {
    const wanted = this.#statuses
    return oldest < this.#until && (wanted === undefined || [...statuses].some((status) => wanted.has(status)))
  }

  #passOver(chunk: RunChunk): void {
    const latest = Math.max(this.#waiting.newest ?? 0, this.#opened[0]?.chunk.newest ?? 0, chunk.newest)
    if (this.#passed.length > 64) this.#passed = this.#passed.filter(({ oldest }) => oldest <= latest)
    this.#passed.push(chunk)
  }

  /** The wanted runs of a time, after everything known of these runs was read. */
  async #leave(time: number): Promise<RunRecord[] | 'gone'> {
    const all = this.#waiting.take(time)
    for (;;) {
      const runs = bestRuns(all).filter(({ status }) => this.#statuses?.has(status) ?? true)
      const open = runs.filter(({ status }) => rankOf(status) < FINAL)
      if (open.length === 0) return runs.toSorted(compareRuns)
      const least = Math.min(...open.map(({ status }) => rankOf(status)))
      const later = this.#passed.filter(
        (chunk) => spans(chunk, time) && knowsMore(chunk, least) && (chunk.mayRepeat?.(open) ?? true),
      )
      if (later.length === 0) return runs.toSorted(compareRuns)
      this.#passed = this.#passed.filter((chunk) => !later.includes(chunk))
      for (const chunk of later) {
        const read = await chunk.read()
        if (read === 'gone') return 'gone'
        // Later runs have left. The chunk can't supersede these runs, or the chunk would have been read then.
        this.#waiting.add(read, Math.min(this.#until, time + 1))
      }
      all.push(...this.#waiting.take(time))
    }
  }
}

function spans({ newest, oldest }: RunChunk, time: number): boolean {
  return oldest <= time && time <= newest
}

function knowsMore({ statuses }: RunChunk, rank: number): boolean {
  return [...statuses].some((status) => rankOf(status) > rank)
}
