/**
 * A receipt tells that the runs of some segments and files are in the files of a set:
 *
 *     archived/<set>.json    {segments: […], files: […]}
 *
 * The receipt is written after the last file of the set. From then on the old objects may go: files at once, and
 * segments some minutes later, for the readers that looked at the archive before. The receipt goes last. A crash in
 * between leaves the receipt, and the next pass deletes again. Segments and files never change, so a receipt stays true
 * whatever happens to its objects meanwhile.
 */
import { mapParallel, type Logger, type Random } from '@s3sched/kernel'
import { decodeDocument, encodeDocument, listAll, type CallOptions, type ObjectStore } from '@s3sched/store'
import { parseSegmentKey } from '../segments/segment-key.ts'
import { parseArchiveKey } from './archive-key.ts'

export interface Receipt {
  /** Keys of segments whose runs are archived. */
  readonly segments: readonly string[]
  /** Keys of archive files whose runs are in other files now. */
  readonly files: readonly string[]
}

/** A receipt with its key in the bucket. */
export interface WrittenReceipt extends Receipt {
  readonly key: string
}

export interface ListedReceipt extends WrittenReceipt {
  /** By the store's clock, epoch ms. */
  readonly lastModified: number
}

const RECEIPTS = 'archived/'

const READS_AT_ONCE = 8

export async function writeReceipt(
  { random, store }: { readonly store: ObjectStore; readonly random: Random },
  set: string,
  { files, segments }: Receipt,
  call: CallOptions,
): Promise<WrittenReceipt> {
  const key = `${RECEIPTS}${set}.json`
  await store.put(key, encodeDocument({ segments, files }, random.id()), call)
  return { key, segments, files }
}

/**
 * Deletes what receipts name, and the receipts last: 1 DELETE per 1,000 objects, and 1 for the receipts. To be called
 * once `deleteAfterMs` is over since the write of the receipts.
 * @throws StoreError
 */
export async function deleteArchived(
  store: ObjectStore,
  receipts: readonly WrittenReceipt[],
  call: CallOptions = {},
): Promise<void> {
  const objects = receipts.flatMap(({ files, segments }) => [...segments, ...files])
  if (objects.length > 0) await store.delete(objects, call)
  const keys = receipts.map(({ key }) => key)
  if (keys.length > 0) await store.delete(keys, call)
}

/** All receipts: 1 LIST, and 1 GET for each. */
export async function readReceipts(
  { logger, store }: { readonly store: ObjectStore; readonly logger: Logger },
  call: CallOptions,
): Promise<readonly ListedReceipt[]> {
  const listed = await listAll(store, RECEIPTS, call)
  const read = await mapParallel(listed, READS_AT_ONCE, async ({ key, lastModified }) => {
    const got = await store.get(key, call)
    if (got.outcome === 'missing' || got.outcome === 'unchanged') return undefined
    const receipt = got.outcome === 'found' ? parseReceipt(got.body) : undefined
    if (receipt !== undefined) return { ...receipt, key, lastModified }
    logger.warn(`receipt ${key}: it is unreadable; its segments are archived again`, { key })
    return undefined
  })
  return read.filter((receipt) => receipt !== undefined)
}

/** Only keys of segments and files of the archive: a damaged receipt must not delete anything else. */
function parseReceipt(body: Uint8Array): Receipt | undefined {
  const decoded = decodeDocument(body)
  if (decoded.outcome !== 'found') return undefined
  const { files, segments } = decoded.fields
  if (!isListOf(segments, (key) => parseSegmentKey(key) !== undefined)) return undefined
  return isListOf(files, (key) => parseArchiveKey(key) !== undefined) ? { segments, files } : undefined
}

function isListOf(value: unknown, isKey: (key: string) => boolean): value is readonly string[] {
  return Array.isArray(value) && value.every((key: unknown) => typeof key === 'string' && isKey(key))
}
