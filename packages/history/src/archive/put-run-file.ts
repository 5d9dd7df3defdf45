/**
 * Writes a file of a set. The name comes from the inputs, so a file that is there already should have the same runs: from
 * another archiver, or from one that died. Its bytes are kept, since a reader may have the footer in its cache, and
 * another compressor would have put the groups elsewhere.
 *
 * A file that is there may be damaged, though: its writer was broken, or a person wrote to the name. The inputs are
 * deleted after the set is written, so such a file would take its runs along. A file is therefore trusted only once it
 * was read whole, and a damaged one is written again.
 */
import { StoreError, type CallOptions, type ObjectStore } from '@s3sched/store'
import { footerBytes, readGroup, readIndex } from './read-run-file.ts'
import type { RunFile } from './write-run-file.ts'

export interface PutDeps {
  readonly store: ObjectStore
  /** Resolves in a later turn of the event loop. */
  readonly turn: () => Promise<void>
}

/** 1 PUT; for a name that is taken, 1 GET besides, and 1 PUT more for a damaged file. @throws StoreError */
export async function putRunFile(
  { store, turn }: PutDeps,
  key: string,
  { body, count }: Pick<RunFile, 'body' | 'count'>,
  call: CallOptions,
): Promise<void> {
  // A store may look at each byte of a body, for a checksum.
  await turn()
  const put = await store.put(key, body, { ...call, condition: { ifAbsent: true } })
  if (put.outcome === 'written') return
  if (put.outcome === 'unknown') throw unknownWrite(key, put.cause)
  const found = await store.get(key, call)
  // Another archiver has the runs in a later set by now, and deleted this one.
  if (found.outcome === 'missing' || found.outcome === 'unchanged') return
  if (found.outcome === 'found' && (isEqual(found.body, body) || (await isWhole(found.body, count, turn)))) return
  const mended = await store.put(key, body, { ...call, condition: { ifMatch: found.etag } })
  if (mended.outcome !== 'written')
    throw unknownWrite(key, mended.outcome === 'unknown' ? mended.cause : 'it has changed meanwhile')
}

function unknownWrite(key: string, cause: unknown): StoreError {
  return new StoreError(`it is not known whether ${key} was written`, {
    code: 'UNAVAILABLE',
    retriable: true,
    suggestion: 'Nothing is lost: the next pass of the archive writes it',
    cause,
  })
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

/** True when every cell of the expected number of runs can be read. */
async function isWhole(body: Uint8Array, count: number, turn: () => Promise<void>): Promise<boolean> {
  try {
    const footer = footerBytes(body)
    if (footer > body.byteLength) return false
    const index = await readIndex(body, body.byteLength)
    let rows = 0
    for (const group of index.groups) {
      await turn()
      const { size, times } = await readGroup(index, group, body.subarray(group.start, group.end), group.start)
      if (times.some(Number.isNaN)) return false
      rows += size
    }
    return rows === count
  } catch {
    return false
  }
}
