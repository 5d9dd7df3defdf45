/**
 * Decides what one pass of the archive writes. Pure: the keys, sizes and ages of segments and files decide.
 *
 * While a day goes on, its segments are archived some at a time, so that a query of one job finds few segments. A small
 * set of files is written again together with new runs, and a large one is left: as with the digits of a number, each
 * run is written a few times, and a day has a few sets at any time. When the day is over, everything becomes one set.
 * Runs that come still later make a small set, and the next day the sets become one again.
 *
 * A set holds each run once, and the real end of a run instead of a verdict. So a day with one set is **settled**.
 */
import { groupBy } from '@s3sched/kernel'
import { dayOf, DAY_MS } from '../segments/segment-key.ts'
import type { ListedSegment } from '../segments/prune-plan.ts'
import type { ListedFile } from './archive-files.ts'
import { MAX_ROWS } from './run-table.ts'

export interface ArchivableSegment extends ListedSegment {
  /** Bytes. */
  readonly size: number
}

/** Files that were written together. */
export interface ArchiveSet {
  readonly day: number
  readonly set: string
  readonly files: readonly ListedFile[]
  readonly count: number
  readonly size: number
  /** The write of the last file. */
  readonly lastModified: number
}

/** One set to write, from segments and sets of one day. */
export interface ArchiveBatch {
  readonly day: number
  /** No more runs of the day are expected. */
  readonly isOver: boolean
  readonly segments: readonly ArchivableSegment[]
  readonly sets: readonly ArchiveSet[]
}

export interface PlanOptions {
  readonly minSegments: number
}

/**
 * Bytes of the inputs of a batch, packed: 150,000 runs without results take less. Unpacked runs in memory take some ten
 * times as much. Each outcome of such a set is one file, unless results don't compress: so it does not depend on the
 * compressor of one machine where a file ends.
 */
const BATCH_BYTES = 7_340_032

/** A set up to so many times larger than the runs that join it is written again. */
const GROWTH = 4

/** Outcomes of the last minutes of a day are still on their way. */
const GRACE_MS = 900_000

/** @param now - the smaller of the own clock and the store's, epoch ms */
export function planArchive(
  segments: readonly ArchivableSegment[],
  files: readonly ListedFile[],
  now: number,
  { minSegments }: PlanOptions,
): readonly ArchiveBatch[] {
  const segmentsOfDays = groupBy(segments, ({ newest }) => dayOf(newest))
  const setsOfDays = groupBy(setsOf(files), ({ day }) => day)
  const days = [...new Set([...segmentsOfDays.keys(), ...setsOfDays.keys()])].toSorted((a, b) => a - b)
  return days.flatMap((day) => {
    const isOver = now >= (day + 1) * DAY_MS + GRACE_MS
    const found = segmentsOfDays.get(day) ?? []
    const due = isOver || found.length >= minSegments ? found : []
    return batchesOf({ day, isOver, segments: due, sets: setsOfDays.get(day) ?? [] }, now)
  })
}

/** Divides a day, with the segments that are due and all of its sets. */
function batchesOf({ day, isOver, segments, sets }: ArchiveBatch, now: number): ArchiveBatch[] {
  const { full, last } = partsOf(segments.toSorted((a, b) => a.newest - b.newest))
  const isQuiet = sets.every(({ lastModified }) => dayOf(lastModified) < dayOf(now))
  const joining = joiningSets(sets, last, isOver && isQuiet)
  const batches = full.map((part) => ({ day, isOver, segments: part, sets: [] }))
  return last.length === 0 && joining.length < 2
    ? batches
    : [...batches, { day, isOver, segments: last, sets: joining }]
}

/** The smallest sets, as long as writing them again is worth while and fits into a batch. */
function joiningSets(
  sets: readonly ArchiveSet[],
  segments: readonly ArchivableSegment[],
  all: boolean,
): readonly ArchiveSet[] {
  const joining: ArchiveSet[] = []
  let load = segments.reduce(add, NOTHING)
  for (const set of sets.toSorted((a, b) => a.count - b.count)) {
    if (!all && set.count > GROWTH * load.count) break
    load = add(load, set)
    if (exceedsBatch(load)) break
    joining.push(set)
  }
  return joining
}

/** Divides the segments of a day by the bounds of a batch. `last` may have room for sets. */
function partsOf(segments: readonly ArchivableSegment[]): {
  readonly full: readonly ArchivableSegment[][]
  readonly last: readonly ArchivableSegment[]
} {
  const full: ArchivableSegment[][] = []
  let last: ArchivableSegment[] = []
  let load = NOTHING
  for (const segment of segments) {
    if (last.length > 0 && exceedsBatch(add(load, segment))) {
      full.push(last)
      last = []
      load = NOTHING
    }
    last.push(segment)
    load = add(load, segment)
  }
  return { full, last }
}

function setsOf(files: readonly ListedFile[]): readonly ArchiveSet[] {
  const groups = groupBy(files, ({ day, set }) => `${day} ${set}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const lastModified = Math.max(...group.map((file) => file.lastModified))
    return [{ day: first.day, set: first.set, files: group, ...group.reduce(add, NOTHING), lastModified }]
  })
}

/** Runs and bytes of segments, files or sets. */
interface Load {
  readonly count: number
  readonly size: number
}

const NOTHING: Load = { count: 0, size: 0 }

function add(a: Load, b: Load): Load {
  return { count: a.count + b.count, size: a.size + b.size }
}

function exceedsBatch({ count, size }: Load): boolean {
  return count > MAX_ROWS || size > BATCH_BYTES
}
