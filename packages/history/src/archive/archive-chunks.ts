/**
 * The chunks of listed files. A large file is cut into slices of time, so that a query of few runs makes few records,
 * and a query of all runs of a day holds the day in columns and not in records.
 */
import type { Clock } from '@s3sched/kernel'
import type { CallOptions } from '@s3sched/store'
import { problemsOf, type RunRecord } from '../run-record.ts'
import { rankOf } from '../run-status.ts'
import { mayHoldJob } from '../segments/job-filter.ts'
import type { ChunkQuery, RunChunk } from '../segments/run-chunk.ts'
import type { ArchiveFiles, ListedFile, ReadFile } from './archive-files.ts'
import { saltOf } from './archive-key.ts'
import type { GroupRows, RowGroup } from './read-run-file.ts'
import { runOf } from './run-columns.ts'

export interface ChunksQuery {
  readonly query: ChunkQuery
  readonly call: CallOptions
  /** The time of the LIST, by the monotonic clock. */
  readonly listedAt: number
}

interface Slice {
  readonly oldest: number
  readonly newest: number
}

interface SliceSource {
  readonly slice: Slice
  /** Opens the file, once for all of its slices. */
  readonly open: () => Promise<ReadFile>
  /** True where other slices may ask for the same groups. */
  readonly keeps: boolean
}

const RUNS_PER_SLICE = 8192

const FINAL = rankOf('success')

/** A query of so many runs reads several slices of a file. */
const MANY_RUNS = 4096

/** The groups of one job in a day, up to ten runs a minute or so, are read by one request. */
const AT_ONCE_BYTES = 524_288

/**
 * Segments are deleted ten minutes after the write of their archive. A longer query must look at the archive again, or
 * would miss the runs.
 */
const LIST_IS_GOOD_MS = 300_000

// A LIST after the deletion no longer names the file. A server may break this promise of S3, and a query that begins
// again for ever would cost money.
const MOST_MISSES = 3
const MOST_REMEMBERED = 1000

export interface ArchiveChunksDeps {
  readonly clock: Clock
  readonly files: ArchiveFiles
  /** Called when a listed file is gone, or the listing is too old: the query looks at the archive again. */
  readonly onGone: () => void
}

export class ArchiveChunks {
  readonly #clock: Clock
  readonly #files: ArchiveFiles
  readonly #onGone: () => void
  /** The set from which a run without a final record was read. An entry for each run would slow the collector down. */
  readonly #sets = new WeakMap<RunRecord, string>()
  readonly #misses = new Map<string, number>()

  constructor({ clock, files, onGone }: ArchiveChunksDeps) {
    this.#clock = clock
    this.#files = files
    this.#onGone = onGone
  }

  /** By falling `newest`. */
  of(listed: readonly ListedFile[], query: ChunksQuery): readonly RunChunk[] {
    const chunks = listed.flatMap((file) => {
      const slices = slicesOf(file)
      let opened: Promise<ReadFile> | undefined
      const open = (): Promise<ReadFile> => {
        const { call, query: wanted } = query
        return (opened ??= this.#files.open(file, wanted.jobs === undefined, call, wanted.onProblem))
      }
      return slices.map((slice) => this.#chunk(file, { slice, open, keeps: slices.length > 1 }, query))
    })
    return chunks.toSorted((a, b) => b.newest - a.newest)
  }

  #chunk(
    file: ListedFile,
    { keeps, open, slice: { newest, oldest } }: SliceSource,
    { listedAt, query }: ChunksQuery,
  ): RunChunk {
    const from = Math.max(oldest, query.since)
    const to = Math.min(newest, query.until - 1)
    return {
      newest,
      oldest,
      statuses: file.statuses,
      read: async () => {
        if (this.#clock.monotonic() - listedAt > LIST_IS_GOOD_MS) {
          this.#onGone()
          return 'gone'
        }
        const opened = await open()
        if (opened.outcome === 'bad') return []
        if (opened.outcome === 'missing') return this.#miss(file.key, query.onProblem)
        const all = opened.file.index.groups.filter((group) => mayHold(group, query.jobs, query.since, query.until - 1))
        const groups = all.filter((group) => mayHold(group, query.jobs, from, to))
        // The other slices would ask for the neighbouring groups by requests of their own.
        const isOfMany = (query.expected ?? Infinity) >= MANY_RUNS
        opened.file.want(isOfMany || bytesOf(all) <= AT_ONCE_BYTES ? all : groups)
        const runs: RunRecord[] = []
        for (const group of groups) {
          const read = await this.#files.guard(file.key, query.onProblem, () => opened.file.rows(group, keeps))
          if (read.outcome === 'missing') return this.#miss(file.key, query.onProblem)
          if (read.outcome === 'found') runs.push(...this.#pick(file, read.file, { query, from, to }))
        }
        return runs
      },
      // A set holds each run once. A run of another set may be here too.
      mayRepeat: (runs) =>
        runs.some((run) => this.#sets.get(run) !== file.set && mayHoldJob(file.jobs, run.job, saltOf(file))),
    }
  }

  #pick(file: ListedFile, rows: GroupRows, wanted: Wanted): RunRecord[] {
    const { jobs: names, onProblem } = wanted.query
    const jobs = names === undefined ? undefined : new Set<unknown>(names)
    const runs: RunRecord[] = []
    for (let at = 0; at < rows.size; at += 1) {
      const time = rows.times[at] ?? NaN
      if (time < wanted.from || time > wanted.to || jobs?.has(rows.cell('job', at)) === false) continue
      const run = readRun(rows, at)
      if (typeof run === 'string') this.#files.tell(file.key, `row ${at}: ${run}; it is left out`, onProblem)
      else {
        if (rankOf(run.status) < FINAL) this.#sets.set(run, file.set)
        runs.push(run)
      }
    }
    return runs
  }

  #miss(key: string, onProblem: ChunkQuery['onProblem']): 'gone' | readonly RunRecord[] {
    this.#onGone()
    if (this.#misses.size >= MOST_REMEMBERED) this.#misses.clear()
    const misses = (this.#misses.get(key) ?? 0) + 1
    this.#misses.set(key, misses)
    if (misses <= MOST_MISSES) return 'gone'
    this.#files.tell(key, `${misses} LISTs have named it, and no GET finds it; its runs are left out`, onProblem)
    return []
  }
}

interface Wanted {
  readonly query: ChunkQuery
  readonly from: number
  readonly to: number
}

/** @returns the run, or the problem */
function readRun(rows: GroupRows, at: number): RunRecord | string {
  let run: unknown
  try {
    run = runOf((name) => rows.cell(name, at))
  } catch (error) {
    return `it holds broken JSON (${String(error)})`
  }
  const [problem] = problemsOf(run)
  return problem ?? (run as RunRecord)
}

function mayHold(group: RowGroup, jobs: readonly string[] | undefined, from: number, to: number): boolean {
  const [oldest, newest] = group.times ?? [from, to]
  const [first, last] = group.jobs ?? []
  if (newest < from || oldest > to) return false
  return (
    jobs === undefined || first === undefined || last === undefined || jobs.some((job) => first <= job && job <= last)
  )
}

function bytesOf(groups: readonly RowGroup[]): number {
  return groups.reduce((sum, { end, start }) => sum + end - start, 0)
}

function slicesOf({ count, newest, oldest }: ListedFile): Slice[] {
  const number = Math.max(1, Math.ceil(count / RUNS_PER_SLICE))
  const width = Math.ceil((newest - oldest + 1) / number)
  const slices: Slice[] = []
  for (let from = oldest; from <= newest; from += width)
    slices.push({ oldest: from, newest: Math.min(newest, from + width - 1) })
  return slices
}
