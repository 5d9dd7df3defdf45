/**
 * Writes one set from segments and older sets. See `archive-segments` for the order of the writes.
 */
import { createHash } from 'node:crypto'
import { mapParallel, type Clock, type Logger, type Random } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { isRunStatus } from '../run-status.ts'
import type { ByteCache } from '../segments/byte-cache.ts'
import { filterOfJobs } from '../segments/job-filter.ts'
import { decodeSegment } from '../segments/segment-body.ts'
import { dayOf } from '../segments/segment-key.ts'
import { ShortTurns } from '../segments/short-turns.ts'
import { ArchiveFiles } from './archive-files.ts'
import { archiveKey, OUTCOMES, saltOf, type ArchiveKey } from './archive-key.ts'
import type { ArchivableSegment, ArchiveBatch, ArchiveSet } from './archive-plan.ts'
import { writeReceipt, type Receipt, type WrittenReceipt } from './archive-receipt.ts'
import { putRunFile } from './put-run-file.ts'
import { blockOf, changeRareRuns, rareFileOf, sortJobs, type RareFile } from './rare-runs.ts'
import type { GroupRows } from './read-run-file.ts'
import { rowOf } from './run-columns.ts'
import { RunTable } from './run-table.ts'
import { writeRunFiles, type RunFile } from './write-run-file.ts'

export interface BatchDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Segments that this process wrote itself; no request reads them. */
  readonly own: ByteCache | undefined
}

export type BatchEnd =
  | { readonly outcome: 'written'; readonly runs: number; readonly files: number; readonly receipt: WrittenReceipt }
  /** Nothing readable was left to write. */
  | { readonly outcome: 'nothing' }
  /** Another process has archived or deleted the inputs. */
  | { readonly outcome: 'overtaken' }

const READS_AT_ONCE = 16

/** Writes the files of a set, and its receipt. @throws StoreError */
export async function writeBatch(deps: BatchDeps, batch: ArchiveBatch, call: CallOptions): Promise<BatchEnd> {
  const inputs = await readInputs(deps, batch, call)
  if (inputs === 'overtaken') return { outcome: 'overtaken' }
  const { segments, sets, table } = inputs
  if (segments.length === 0 && sets.length < 2) return { outcome: 'nothing' }
  const { clock, store } = deps
  const named = {
    segments: segments.map(({ key }) => key),
    files: sets.flatMap((each) => each.files.map(({ key }) => key)),
  }
  const set = nameOfSet(named)
  const turn = (): Promise<void> => clock.sleep(0, call.signal)
  const ordered = await table.order(turn)
  const copies: RareFile[] = []
  let files = 0
  for (const outcome of OUTCOMES) {
    let part = 0
    for await (const file of writeRunFiles(table, ordered[outcome], turn)) {
      const jobs = sortJobs(file.rowsOfJobs)
      const key = keyOf({ day: batch.day, outcome, set, part: part++ }, file, new Set(jobs.rare.keys()))
      await putRunFile({ store, turn }, key, file, call)
      files += 1
      const copy = batch.isOver ? await rareFileOf(key, jobs, (row) => table.run(row), turn) : undefined
      if (copy !== undefined) copies.push(copy)
    }
  }
  const receipt = await writeReceipt(deps, set, named, call)
  const change = { added: copies, gone: receipt.files }
  if (batch.isOver) await changeRareRuns({ store, turn }, blockOf(batch.day), change, call)
  return { outcome: 'written', runs: ordered.success.length + ordered.other.length, files, receipt }
}

/**
 * The inputs tell the name. Archivers that take the same inputs at the same time write the same set, and a set that a
 * crash has left half written is completed. Each run of a set comes from the inputs alone, and these never change.
 */
function nameOfSet({ files, segments }: Receipt): string {
  const inputs = [...segments, ...files].toSorted().join('\n')
  return createHash('sha256').update(inputs).digest('base64url').slice(0, 22)
}

type Place = Pick<ArchiveKey, 'day' | 'outcome' | 'set' | 'part'>

function keyOf(
  place: Place,
  { count, newest, oldest, rowsOfJobs, statuses }: RunFile,
  rare: ReadonlySet<string>,
): string {
  const salt = saltOf(place)
  const filters = { jobs: filterOfJobs(new Set(rowsOfJobs.keys()), salt), rare: filterOfJobs(rare, salt) }
  return archiveKey({ ...place, newest, oldest, count, statuses, ...filters })
}

interface Inputs {
  readonly table: RunTable
  /** The segments and sets whose runs are in the table, whole. */
  readonly segments: readonly ArchivableSegment[]
  readonly sets: readonly ArchiveSet[]
}

/** A segment or set with anything unreadable is left where it is: a later version may read it. */
async function readInputs(deps: BatchDeps, batch: ArchiveBatch, call: CallOptions): Promise<Inputs | 'overtaken'> {
  for (let sets = batch.sets; ;) {
    const table = new RunTable()
    const segments = await readSegments(deps, batch, table, call)
    const read = segments === 'overtaken' ? segments : await readSets(deps, sets, table, call)
    if (segments === 'overtaken' || read === 'overtaken') return 'overtaken'
    if (read === 'read') return { table, segments, sets }
    // Some runs of the bad set are in the table.
    sets = sets.filter((set) => set !== read)
  }
}

async function readSegments(
  { clock, logger, own, store }: BatchDeps,
  { day, segments }: ArchiveBatch,
  table: RunTable,
  call: CallOptions,
): Promise<readonly ArchivableSegment[] | 'overtaken'> {
  const whole: ArchivableSegment[] = []
  const turns = new ShortTurns(clock)
  for (let from = 0; from < segments.length; from += READS_AT_ONCE) {
    const window = segments.slice(from, from + READS_AT_ONCE)
    const bodies = await mapParallel(window, READS_AT_ONCE, async ({ key }) => {
      const body = own?.get(key)
      return body === undefined ? store.get(key, call) : ({ outcome: 'found', body } as const)
    })
    for (const [at, segment] of window.entries()) {
      const got = bodies[at]
      if (turns.isOver) await turns.next(call.signal)
      if (got === undefined || got.outcome === 'missing' || got.outcome === 'unchanged') return 'overtaken'
      const problems: string[] = got.outcome === 'found' ? [] : ['it is larger than any segment']
      const onProblem = (problem: string): void => void problems.push(problem)
      const runs = got.outcome === 'found' ? decodeSegment(got.body, { onProblem }) : []
      if (runs.some(({ scheduledTime }) => dayOf(scheduledTime) !== day)) onProblem('it has runs of another day')
      const [problem] = problems
      if (problem === undefined) {
        for (const run of runs) table.add(rowOf(run))
        whole.push(segment)
      } else logger.warn(`segment ${segment.key}: ${problem}; it is not archived`, { key: segment.key })
    }
  }
  return whole
}

/** @returns the first set that can't be read whole */
async function readSets(
  deps: BatchDeps,
  sets: readonly ArchiveSet[],
  table: RunTable,
  call: CallOptions,
): Promise<'read' | 'overtaken' | ArchiveSet> {
  const files = new ArchiveFiles(deps, 0)
  for (const set of sets) {
    for (const listed of set.files) {
      const opened = await files.open(listed, true, call)
      if (opened.outcome === 'missing') return 'overtaken'
      if (opened.outcome === 'bad' || opened.file.index.unknownColumns.length > 0) return set
      const { file } = opened
      const read = await files.guard(listed.key, undefined, async () => {
        file.want(file.index.groups)
        for (const group of file.index.groups) addRows(table, await file.rows(group, false), set.day)
      })
      if (read.outcome === 'missing') return 'overtaken'
      if (read.outcome === 'bad') return set
    }
  }
  return 'read'
}

function addRows(table: RunTable, group: GroupRows, day: number): void {
  for (let at = 0; at < group.size; at += 1) {
    if (dayOf(Number(group.cell('scheduled_at', at))) !== day) throw new Error('it has runs of another day')
    if (!isRunStatus(group.cell('status', at))) throw new Error('it has runs with an unknown status')
    table.add(group.row(at))
  }
}
