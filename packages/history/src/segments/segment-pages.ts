import type { CallOptions, ObjectStore } from '@s3sched/store'
import { parseSegmentKey, segmentPrefix, SEGMENTS } from './segment-key.ts'

/** The names of all pages with segments: 1 LIST for each page, for any number of segments, and 1 for the end. */
export async function listSegmentPages(
  store: ObjectStore,
  { signal, timeoutMs }: CallOptions = {},
): Promise<readonly string[]> {
  const pages: string[] = []
  let startAfter: string | undefined
  for (;;) {
    let found: string | undefined
    for await (const { objects } of store.list(SEGMENTS, { signal, timeoutMs, startAfter, limit: 1 }))
      found = objects[0]?.key ?? found
    if (found === undefined) return pages
    const page = parseSegmentKey(found)?.page
    if (page !== undefined) pages.push(page)
    // '0' follows '/': the first key after all keys of this page.
    startAfter = page === undefined ? found : `${segmentPrefix(page).slice(0, -1)}0`
  }
}
