/**
 * The port between the readers and the places where runs lie: pages, segments, and later an archive.
 *
 * A place gives its runs in chunks, and tells of a chunk what decides whether a query needs the chunk. A run may lie in
 * several places at once, since a run is written into the next place before the run leaves the last: page, segment,
 * archive. The readers therefore ask the places in the same order, and take each run once.
 */
import type { CallOptions } from '@s3sched/store'
import type { HistoryProblem } from '../history-problem.ts'
import type { RunRecord } from '../run-record.ts'
import type { RunStatus } from '../run-status.ts'

/** The runs that a query is about, without their statuses: a verdict may have a late truth of any other status. */
export interface ChunkQuery {
  /** Names of jobs, sorted; `undefined` for all. */
  readonly jobs: readonly string[] | undefined
  /** The first instant of the period, epoch ms. */
  readonly since: number
  /** The first instant after the period, epoch ms. */
  readonly until: number
  /** The number of runs that the caller will take, if known; a place need not look further at first. */
  readonly expected: number | undefined
  /** Called for each object of the query that is not ours or can't be read, at each query. */
  readonly onProblem: (problem: HistoryProblem) => void
}

/** Runs that are read together. */
export interface RunChunk {
  /** No run of the chunk has a later tick; epoch ms. */
  readonly newest: number
  /** No run of the chunk has an earlier tick; epoch ms. */
  readonly oldest: number
  /** The statuses that runs of the chunk may have. */
  readonly statuses: ReadonlySet<RunStatus>
  /**
   * The runs, in any order. Runs of other jobs or times may be among them. `'gone'` when the chunk was deleted since the
   * place named it: the runs are too old, or have moved on.
   */
  read(): Promise<readonly RunRecord[] | 'gone'>
  /**
   * False when the chunk surely holds no other record of these runs, which another chunk has given, and whose records are
   * not final.
   * @default true
   */
  mayRepeat?(runs: readonly RunRecord[]): boolean
}

/** Tells of a lane that no later chunk of the lane has a run after `newest`. To name these chunks costs a request. */
export interface LaterChunks {
  readonly newest: number
  readonly isLater: true
}

/** The chunks of a lane, by falling `newest`; {@link LaterChunks} may stand between them. */
export type Lane = AsyncGenerator<RunChunk | LaterChunks>

/** A place where runs lie. */
export interface RunPlace {
  /**
   * The chunks with possible runs of the query, in one or more lanes, each by falling `newest`. A lane is asked for the
   * next chunk only when runs of the lane are needed.
   */
  lanes(query: ChunkQuery, call: CallOptions): Promise<readonly Lane[]>
}

/**
 * Old runs in larger objects. An archive is written first, and its segments are deleted some minutes later: a reader that
 * looked at the archive before the write must still find the segments in each later LIST of the same query.
 */
export type Archive = RunPlace
