import { listAll, type ObjectStore } from '@s3sched/store'
import { decodePage, encodePage } from '../../src/page-format.ts'
import { EMPTY_PAGE } from '../../src/page.ts'
import { PageRecords } from '../../src/page-records.ts'

/** Records unreadable for any codec, and text unreadable for any JSON parser. */
export const BAD_RECORDS: Readonly<Record<string, string>> = {
  'bad-1': '{"ids":"none"}',
  'bad-2': 'null',
  'bad-3': '{"ids":[',
  'bad-4': '{"v":2,"of":"a later version"}',
}

export async function plantBadRecords(store: ObjectStore): Promise<void> {
  const page = {
    ...EMPTY_PAGE,
    nonce: 'planted',
    life: 'planted',
    seq: 1,
    records: PageRecords.of(Object.entries(BAD_RECORDS)),
  }
  await store.put('jobs/pages/root.json', encodePage(page))
}

/** The text of each bad record in the bucket, from pages that count. */
export async function stillBad(store: ObjectStore): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { key } of await listAll(store, 'jobs/pages/')) {
    const got = await store.get(key)
    const decoded = got.outcome === 'found' ? decodePage(got.body) : undefined
    if (decoded?.outcome !== 'page') continue
    for (const [record, text] of decoded.page.records) if (record.startsWith('bad-')) found.set(record, text)
  }
  return found
}
