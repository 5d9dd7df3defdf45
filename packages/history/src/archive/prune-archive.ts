/**
 * Deletes whole folders of the archive: a day of one outcome. What did not succeed is kept longer, in a folder of its
 * own, and no file is read or written.
 *
 * A folder is due when its day and its last write are both older than the limit. Skipped and missed ticks lie with the
 * failures and are kept as long.
 *
 * **A success is not deleted before a verdict on the same run.** A run that was declared lost and then succeeded has
 * a verdict in one folder and the truth in the other, until the sets of the day have become one. So while a day has
 * several sets with verdicts among them, its successes stay as long as the rest.
 */
import { groupBy, integer, resolveOptions, silentLogger, systemClock, type Clock, type Logger } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { resolveRetention, type ResolvedRetention, type RetentionPolicy } from '../retention.ts'
import { rankOf } from '../run-status.ts'
import { notePruned } from '../segments/pruned-mark.ts'
import { DAY_MS } from '../segments/segment-key.ts'
import { listFiles, type ListedFile } from './archive-files.ts'
import { ARCHIVE, dayName, OUTCOMES, type Outcome } from './archive-key.ts'
import { blockOf, changeRareRuns } from './rare-runs.ts'

/** The live things that the deletion of old folders of the archive needs. */
export interface ArchivePruneDeps {
  /** The store of the archive, scoped to its prefix. */
  readonly store: ObjectStore
  /** @default the machine's */
  readonly clock?: Clock
  /** Told of objects that are not of s3sched, which stay. @default silent */
  readonly logger?: Logger
}

/** The extent of a deletion of old folders of the archive. */
export interface ArchivePruneOptions extends CallOptions {
  /** Tells what would be deleted, and deletes nothing. @default false */
  readonly dryRun?: boolean
  /** Most folders of one call, the oldest first. @default 10000 */
  readonly limit?: number
}

/** A day of one outcome. */
export interface ArchiveFolder {
  /** As in `2026-01-31`, UTC. */
  readonly day: string
  readonly outcome: Outcome
  readonly files: number
  /** A run may lie in two sets of an unsettled day, and counts twice then. */
  readonly runs: number
  readonly bytes: number
}

/** The result of a deletion of old folders of the archive. */
export interface ArchivePruneReport {
  /** Deleted folders, or in a dry run the folders that would be deleted; the oldest first. */
  readonly folders: readonly ArchiveFolder[]
  /** Folders of successes that are old enough and wait for a verdict beside them. */
  readonly waiting: readonly ArchiveFolder[]
  /** More is due than `limit`: call again. */
  readonly more: boolean
}

const OPTIONS_SPEC = { limit: integer({ min: 1, max: 1_000_000, default: 10_000 }) }

const FINAL = rankOf('success')

/**
 * Deletes the folders that are older than the retention: 1 LIST per 1,000 files, 1 DELETE per 1,000 deleted. A prune first
 * notes how far it goes (see `pruned-mark`), 1 GET and 1 PUT; the runs of rare jobs go from their copy by 1 GET and 1 PUT
 * for 32 days. A prune may die anywhere, and two at once do no harm.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError
 */
export async function pruneArchive(
  { clock = systemClock, logger = silentLogger, store }: ArchivePruneDeps,
  policy: RetentionPolicy = {},
  { dryRun = false, limit: wanted, signal, timeoutMs }: ArchivePruneOptions = {},
): Promise<ArchivePruneReport> {
  const retention = resolveRetention(policy)
  const { limit } = resolveOptions('pruneArchive', OPTIONS_SPEC, { limit: wanted })
  const call = { signal, timeoutMs }
  const files: ListedFile[] = []
  let now = clock.now()
  const onOther = (key: string): void => logger.warn(`archive file ${key}: its name is not one of s3sched`, { key })
  for await (const page of listFiles(store, ARCHIVE, call, onOther)) {
    now = Math.min(now, page.serverTime ?? now)
    files.push(...page.files)
  }
  const { due, waiting } = planPrune(files, retention, now)
  const going = due.slice(0, limit)
  if (!dryRun && going.length > 0) {
    await notePruned(store, Math.ceil(Math.max(...going.map(latestEnd))), call)
    const gone = going.flatMap((folder) => folder.map(({ key }) => key))
    // The copies first: after a crash in between, no later prune would know the files.
    const copies = { store, turn: () => clock.sleep(0, signal) }
    const blocks = new Set(going.flatMap(([file]) => (file === undefined ? [] : [blockOf(file.day)])))
    for (const block of blocks) await changeRareRuns(copies, block, { added: [], gone }, call)
    await store.delete(gone, call)
  }
  return { folders: going.map(describeFolder), waiting: waiting.map(describeFolder), more: going.length < due.length }
}

type Folder = readonly ListedFile[]

interface PrunePlan {
  /** The oldest first; of one day, verdicts before successes. */
  readonly due: readonly Folder[]
  readonly waiting: readonly Folder[]
}

/** Pure. @param now - the smaller of the own clock and the store's, epoch ms */
function planPrune(files: readonly ListedFile[], retention: ResolvedRetention, now: number): PrunePlan {
  const due: Folder[] = []
  const waiting: Folder[] = []
  const days = [...groupBy(files, ({ day }) => day)].toSorted(([a], [b]) => a - b)
  for (const [, ofDay] of days) {
    const folders = groupBy(ofDay, ({ outcome }) => outcome)
    const isDue = (outcome: Outcome): boolean => isExpired(folders.get(outcome) ?? [], limitOf(outcome, retention), now)
    const isSettled = new Set(ofDay.map(({ set }) => set)).size === 1
    const protects = !isSettled && !isDue('other') && (folders.get('other') ?? []).some(hasVerdict)
    for (const outcome of OUTCOMES.toReversed()) {
      const folder = folders.get(outcome)
      if (folder === undefined || !isDue(outcome)) continue
      if (outcome === 'success' && protects) waiting.push(folder)
      else due.push(folder)
    }
  }
  return { due, waiting }
}

/** No run of the folder has a later tick, or a later end: a file is written after the ends of its runs. */
function latestEnd(folder: Folder): number {
  return folder.reduce((latest, { day, lastModified }) => Math.max(latest, (day + 1) * DAY_MS, lastModified), 0)
}

function limitOf(outcome: Outcome, { failedMaxAgeMs, maxAgeMs }: ResolvedRetention): number {
  return outcome === 'success' ? maxAgeMs : Math.max(maxAgeMs, failedMaxAgeMs)
}

function isExpired(folder: Folder, maxAgeMs: number, now: number): boolean {
  return folder.every(({ day, lastModified }) => now - Math.max((day + 1) * DAY_MS, lastModified) > maxAgeMs)
}

function hasVerdict({ statuses }: ListedFile): boolean {
  return [...statuses].some((status) => rankOf(status) < FINAL)
}

function describeFolder(folder: Folder): ArchiveFolder {
  const [{ day, outcome } = { day: 0, outcome: 'other' as const }] = folder
  return {
    day: dayName(day),
    outcome,
    files: folder.length,
    runs: folder.reduce((sum, { count }) => sum + count, 0),
    bytes: folder.reduce((sum, { size }) => sum + size, 0),
  }
}
