import { mapParallel, type Random } from '@s3sched/kernel'
import { encodeDocument, type CallOptions, type ObjectStore } from '@s3sched/store'
import type { RunRecord } from '../run-record.ts'
import type { ByteCache } from './byte-cache.ts'
import { planFlush } from './flush.ts'
import { encodedOutcome, type PageOutcome, type PageOutcomes } from './page-outcome.ts'
import { splitRun, type SplitRun } from './run-details.ts'

const SEGMENTS_AT_ONCE = 4

/**
 * The outcome of an ended run for its page. Large parts are written first, 1 PUT, and the outcome comes as a promise;
 * append it to the page only then. A run without large parts costs no request.
 * @throws S3SchedError `INVALID_RECORD`, at once; StoreError, by the promise
 */
export function prepareOutcome(
  { store, random }: { readonly store: ObjectStore; readonly random: Random },
  run: RunRecord,
  call: CallOptions = {},
): PageOutcome | Promise<PageOutcome> {
  const split = splitRun(run)
  const outcome = encodedOutcome(split)
  return split.details === undefined ? outcome : writeDetails({ store, random }, split, call).then(() => outcome)
}

/** Writes the large parts of a run: 1 PUT, or none for a run without. */
export async function writeDetails(
  { store, random }: { readonly store: ObjectStore; readonly random: Random },
  { details }: SplitRun,
  call: CallOptions,
): Promise<void> {
  if (details !== undefined) await store.put(details.key, encodeDocument(details.fields, random.id()), call)
}

/**
 * Writes the outcomes of a page as segments: 1 PUT for each day and class, nearly always 1 or 2.
 * @param own - keeps the segments that were written, for the archive of the same process
 * @returns the ids to take out of the page, in a write of the page that comes after this call
 * @throws StoreError when a segment could not be written; the outcomes stay in the page then, and a later flush writes
 * the segments
 */
export async function flushPage(
  store: ObjectStore,
  page: PageOutcomes,
  call: CallOptions = {},
  own?: ByteCache,
): Promise<readonly string[]> {
  const { drop, segments } = planFlush(page)
  await mapParallel(segments, SEGMENTS_AT_ONCE, async ({ key, body }) => {
    await store.put(key, body, call)
    own?.set(key, body)
  })
  return drop
}
