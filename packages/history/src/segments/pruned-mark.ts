/**
 * How far back the history was pruned, in an object of its own: `pruned.json`.
 *
 * Segments and folders of the archive go whole, some stay longer than others of their age, and an audit must not take a
 * pruned run for a lost one. So a prune first notes the latest end that a deleted run may have, and then deletes. The
 * mark only grows.
 */
import { encodeDocument, readDocument, StoreError, type CallOptions, type ObjectStore } from '@s3sched/store'
import { isTime } from '../inverted-time.ts'

const KEY = 'pruned.json'

/** Another prune may write the mark at the same time. */
const MOST_TRIES = 10

/**
 * The instant up to which outcomes of runs may have been deleted, by their end and by their tick: 1 GET.
 * @returns epoch ms; `undefined` where no outcome was ever deleted
 * @throws StoreError
 */
export async function readPrunedTo(store: ObjectStore, call: CallOptions = {}): Promise<number | undefined> {
  return (await readMark(store, call)).prunedTo
}

/**
 * Notes that outcomes up to this instant are about to be deleted: 1 GET, and 1 PUT for a later instant than before.
 * @throws StoreError when the mark is not known to be written; then nothing may be deleted
 */
export async function notePruned(store: ObjectStore, prunedTo: number, call: CallOptions): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const mark = await readMark(store, call)
    if (mark.prunedTo !== undefined && mark.prunedTo >= prunedTo) return
    const condition = mark.etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: mark.etag }
    // Equal marks may be equal bytes: whichever of two writers has landed, the mark says so.
    const put = await store.put(KEY, encodeDocument({ prunedTo }, `pruned-to-${prunedTo}`), { ...call, condition })
    if (put.outcome === 'written') return
  }
  throw new StoreError(`it is not known whether ${KEY} was written`, {
    code: 'UNAVAILABLE',
    retriable: true,
    suggestion: 'Prune again; nothing was deleted',
  })
}

async function readMark(
  store: ObjectStore,
  call: CallOptions,
): Promise<{ readonly prunedTo: number | undefined; readonly etag: string | undefined }> {
  const read = await readDocument(store, KEY, call)
  const etag = 'etag' in read ? read.etag : undefined
  const prunedTo = read.outcome === 'found' ? read.fields['prunedTo'] : undefined
  return { prunedTo: isTime(prunedTo) ? prunedTo : undefined, etag }
}
