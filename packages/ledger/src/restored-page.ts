import { decodeRecord, encodeRecord, type RecordCodec } from './record-codec.ts'
import { PageRecords } from './page-records.ts'
import { EMPTY_PAGE, type KnownPage, type Page } from './page.ts'

/**
 * A page that is not in the bucket: empty or, where this process has seen it before its loss, with the records as the
 * user's `restore` gives them. Unreadable records are put back unchanged.
 */
export function restoredPage<R>(
  lost: Page | undefined,
  asOf: number,
  { codec, restore }: { readonly codec: RecordCodec<R>; readonly restore: (record: R, key: string) => R },
): KnownPage {
  if (lost === undefined) return { page: EMPTY_PAGE, etag: undefined, asOf }
  const records = PageRecords.of(
    [...lost.records].map(([key, text]) => {
      const decoded = decodeRecord(codec, key, text)
      return [key, decoded.outcome === 'read' ? encodeRecord(codec, restore(decoded.record, key)) : text]
    }),
  )
  return { page: { ...EMPTY_PAGE, records, entries: lost.entries, rest: lost.rest }, etag: undefined, asOf }
}
