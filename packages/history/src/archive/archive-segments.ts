/**
 * Moves runs from segments into the archive. The order of the writes makes a crash between any two harmless:
 *
 * 1. The files of a set. Readers take each run once, from whichever place, so the runs may lie in both places.
 * 2. The receipt, which names the segments and older files whose runs are in the set. A crash before leaves files that
 *    repeat runs; a later pass merges the sets of the day, and the repetitions are gone.
 * 3. The older files go. A reader that finds a file gone looks again, and finds the set.
 * 4. `deleteAfterMs` later the segments go, and then the receipt: by the writer of the set, or by a later pass.
 *
 * The wait before step 4 is for queries that looked at the archive before step 1 and list segments after step 4.
 *
 * Two archivers at once do no harm, and nothing rests on a lock. A set has its id from its inputs, so two archivers
 * with the same inputs write one set, and a half-written set is completed (see `put-run-file`). With different inputs
 * the same runs may come into two sets, which a later pass merges. Both only delete what a receipt names, and a receipt
 * names only what its writer has read and written again.
 */
import { integer, resolveOptions, silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { CallOptions, ListPage, ObjectStore } from '@s3sched/store'
import type { ByteCache } from '../segments/byte-cache.ts'
import { parseSegmentKey, SEGMENTS } from '../segments/segment-key.ts'
import { listFiles, type ListedFile } from './archive-files.ts'
import { ARCHIVE } from './archive-key.ts'
import { planArchive, type ArchivableSegment } from './archive-plan.ts'
import { deleteArchived, readReceipts, type Receipt, type WrittenReceipt } from './archive-receipt.ts'
import { writeBatch } from './write-batch.ts'

/** The live things that the move of segments into the archive needs. */
export interface ArchiveDeps {
  /** The store of the segments, scoped to their prefix. */
  readonly store: ObjectStore
  /** @default the machine's */
  readonly clock?: Clock
  /** Source of the nonces of receipts. @default the machine's */
  readonly random?: Random
  /** Told of unreadable segments and files, which stay where they are. @default silent */
  readonly logger?: Logger
  /** Segments that this process has written, by their keys. They are read from here, without a request. @default none */
  readonly own?: ByteCache
}

/** The extent of a move of segments into the archive. */
export interface ArchiveOptions extends CallOptions {
  /** Number of segments of the present day that are worth a write. Days that are over need one. @default 8 */
  readonly minSegments?: number
  /**
   * Time between the write of an archive and the deletion of its segments, ms; at least one minute. A query that takes
   * longer may miss runs.
   * @default 10 minutes
   */
  readonly deleteAfterMs?: number
}

/** The default of {@link ArchiveOptions.deleteAfterMs}. */
export const DELETE_AFTER_MS: number = 600_000

/** The result of a move of segments into the archive. */
export interface ArchiveReport {
  /** Runs written, including runs that were in smaller files before. */
  readonly runs: number
  /** Files written. */
  readonly files: number
  /** Segments whose runs were written. */
  readonly segments: number
  /** Segments deleted, of this pass and of earlier ones. */
  readonly deletedSegments: number
  readonly deletedFiles: number
  /** Segments whose runs are in the archive, and that go `deleteAfterMs` later. */
  readonly waitingSegments: number
  /** The receipts of this pass: `deleteArchived` takes them, `deleteAfterMs` later. Else a later pass finds them. */
  readonly receipts: readonly WrittenReceipt[]
  /** Days that another process archives at the same time. */
  readonly overtaken: number
}

const MINUTE_MS = 60_000

const OPTIONS_SPEC = {
  minSegments: integer({ min: 1, max: 10_000, default: 8 }),
  deleteAfterMs: integer({ min: MINUTE_MS, default: DELETE_AFTER_MS }),
}

/**
 * One pass: archives what is worth a write, and deletes the segments of earlier passes. Without work, 3 LIST.
 * @throws S3SchedError `INVALID_OPTIONS`; StoreError
 */
export async function archiveSegments(
  { clock = systemClock, logger = silentLogger, own, random = systemRandom, store }: ArchiveDeps,
  { signal, timeoutMs, ...given }: ArchiveOptions = {},
): Promise<ArchiveReport> {
  const options = resolveOptions('archiveSegments', OPTIONS_SPEC, given)
  const call = { signal, timeoutMs }
  const deps = { store, clock, random, logger, own }
  const report = {
    runs: 0,
    files: 0,
    segments: 0,
    deletedSegments: 0,
    deletedFiles: 0,
    waitingSegments: 0,
    overtaken: 0,
    receipts: [] as WrittenReceipt[],
  }
  const receipts = await readReceipts(deps, call)
  const { files, now, segments } = await look(deps, call)

  const pending = new Set<string>()
  for (const receipt of receipts) {
    for (const key of [...receipt.segments, ...receipt.files]) pending.add(key)
    if (now - receipt.lastModified < options.deleteAfterMs) {
      await deleteAll(store, receipt.files, call)
      report.waitingSegments += receipt.segments.length
      continue
    }
    await deleteArchived(store, [receipt], call)
    report.deletedSegments += receipt.segments.length
  }

  const isFree = ({ key }: { readonly key: string }): boolean => !pending.has(key)
  for (const batch of planArchive(segments.filter(isFree), files.filter(isFree), now, options)) {
    const end = await writeBatch(deps, batch, call)
    if (end.outcome === 'overtaken') report.overtaken += 1
    if (end.outcome !== 'written') continue
    report.runs += end.runs
    report.files += end.files
    report.segments += end.receipt.segments.length
    report.waitingSegments += end.receipt.segments.length
    report.receipts.push(end.receipt)
    await deleteAll(store, end.receipt.files, call)
    report.deletedFiles += end.receipt.files.length
  }
  return report
}

/** A receipt is read before its segments are listed, so a listed segment without a receipt is not archived. */
async function look(
  { clock, logger, store }: { readonly store: ObjectStore; readonly clock: Clock; readonly logger: Logger },
  call: CallOptions,
): Promise<{ readonly segments: ArchivableSegment[]; readonly files: ListedFile[]; readonly now: number }> {
  const segments: ArchivableSegment[] = []
  const files: ListedFile[] = []
  let now = clock.now()
  const observe = ({ serverTime }: Pick<ListPage, 'serverTime'>): void => {
    // A machine whose clock runs ahead must not take segments for old.
    now = Math.min(now, serverTime ?? now)
  }
  for await (const page of store.list(SEGMENTS, call)) {
    observe(page)
    for (const { key, lastModified, size } of page.objects) {
      const segment = parseSegmentKey(key)
      if (segment !== undefined) segments.push({ ...segment, key, lastModified, size })
    }
  }
  const onOther = (key: string): void => logger.warn(`archive file ${key}: its name is not one of s3sched`, { key })
  for await (const page of listFiles(store, ARCHIVE, call, onOther)) {
    observe(page)
    files.push(...page.files)
  }
  return { segments, files, now }
}

async function deleteAll(store: ObjectStore, keys: Receipt['files'], call: CallOptions): Promise<void> {
  if (keys.length > 0) await store.delete(keys, call)
}
