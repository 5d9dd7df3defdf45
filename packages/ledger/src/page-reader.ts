import { MAX_BODY_BYTES, type GetResult, type ObjectStore } from '@s3sched/store'
import type { CallOrder } from './call-order.ts'
import { decodePage } from './page-format.ts'
import { objectKeyOf, type PageName } from './page-name.ts'
import type { KnownPage } from './page.ts'

export type ReadPage =
  | { readonly outcome: 'page'; readonly known: KnownPage; readonly serverTime: number | undefined }
  | { readonly outcome: 'unchanged'; readonly asOf: number }
  | { readonly outcome: 'missing'; readonly asOf: number }
  | { readonly outcome: 'unreadable'; readonly problem: string }

export interface ReadPageOptions {
  readonly ifNoneMatch?: string | undefined
  readonly timeoutMs?: number | undefined
}

/**
 * Reads one page: 1 GET. A body that makes no sense is read a second time: the first answer may have been cut short.
 * @throws StoreError
 */
export async function readPage(
  store: ObjectStore,
  order: CallOrder,
  page: PageName,
  options: ReadPageOptions = {},
): Promise<ReadPage> {
  const first = await readOnce(store, order, page, options)
  return first.outcome === 'unreadable' ? readOnce(store, order, page, options) : first
}

async function readOnce(
  store: ObjectStore,
  order: CallOrder,
  page: PageName,
  options: ReadPageOptions,
): Promise<ReadPage> {
  const asOf = order.next()
  const got = await store.get(objectKeyOf(page), options)
  if (got.outcome === 'missing' || got.outcome === 'unchanged') return { outcome: got.outcome, asOf }
  return pageIn(got, asOf)
}

function pageIn(got: Extract<GetResult, { outcome: 'found' | 'too-large' }>, asOf: number): ReadPage {
  if (got.outcome === 'too-large') {
    return {
      outcome: 'unreadable',
      problem: `it is ${got.bytes} bytes long or longer; the limit is ${MAX_BODY_BYTES}`,
    }
  }
  const decoded = decodePage(got.body)
  if (decoded.outcome === 'unreadable') return decoded
  return { outcome: 'page', known: { page: decoded.page, etag: got.etag, asOf }, serverTime: got.serverTime }
}
