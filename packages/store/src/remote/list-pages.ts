import { describe } from '@s3sched/kernel'
import { compareKeys } from '../key-order.ts'
import { isKey } from '../object-key.ts'
import type { ListedObject, ListOptions, ListPage } from '../object-store.ts'
import { StoreError, type StoreErrorCode } from '../store-error.ts'
import type { Requests, Wire } from './requests.ts'

/** The largest page of a request: the limit of S3. */
const PAGE = 1000

/** The request of one page. */
export interface WantedPage {
  readonly prefix: string
  /** Only in the request of the first page. A server may answer with this key too, or ignore the field. */
  readonly startAfter: string | undefined
  /** The token of the answer before; `undefined` in the request of the first page. */
  readonly token: string | undefined
  readonly size: number
}

/** An object as the server lists it. */
export interface RawObject {
  readonly key: string | undefined
  readonly etag: string | undefined
  readonly size: number | undefined
  readonly lastModified: number | undefined
}

export interface RawPage {
  readonly objects: readonly RawObject[]
  /** The token of the next page; `undefined` at the end. */
  readonly next: string | undefined
  readonly serverTime: number | undefined
  /** True if the answer says that there is more, and names no token. */
  readonly isCutOff?: boolean
}

/**
 * The pages of a listing, with the time of the call as the bound of every page. The server is treated as fallible: a
 * truncated answer without a continuation token would otherwise end the listing early and in silence, and a repeated
 * token would never end the listing.
 */
export async function* listPages<Means>(
  requests: Requests<Means>,
  fetchPage: (wire: Wire<Means>, wanted: WantedPage) => Promise<RawPage>,
  prefix: string,
  { startAfter, limit = Infinity, ...call }: ListOptions,
): AsyncGenerator<ListPage> {
  const doing = `LIST ${describe(prefix)}`
  let token: string | undefined
  let last = ''
  let left = limit
  while (left > 0) {
    const wanted = {
      prefix,
      token,
      size: Math.min(PAGE, left),
      startAfter: token === undefined ? startAfter : undefined,
    }
    const answer = await requests.repeat(doing, call, (wire) => fetchPage(wire, wanted))
    const listed = answer.objects.map((object) => toListed(doing, prefix, object))
    for (const { key } of listed) {
      if (key <= last && compareKeys(key, last) <= 0) throw disordered(doing, last, key)
      last = key
    }
    const later = startAfter === undefined ? listed : listed.filter(({ key }) => compareKeys(key, startAfter) > 0)
    const objects = later.filter(({ key }) => isKey(key)).slice(0, left)
    yield { objects, serverTime: answer.serverTime }
    left -= objects.length
    const next = nextToken(doing, answer, token)
    if (next === undefined) return
    token = next
  }
}

function nextToken(doing: string, { isCutOff, next }: RawPage, token: string | undefined): string | undefined {
  if (next === undefined || next === '') {
    if (isCutOff === true) throw broken(doing, 'the answer is cut off, and has no continuation token')
    return undefined
  }
  if (next === token)
    throw broken(doing, 'the answer is cut off, and has the continuation token that it was asked with')
  return next
}

function toListed(doing: string, prefix: string, { etag, key, lastModified, size }: RawObject): ListedObject {
  if (key === undefined || !key.startsWith(prefix)) throw broken(doing, `the key ${describe(key)} has another prefix`)
  if (etag === undefined) throw broken(doing, `the object ${describe(key)} has no ETag`, 'UNSUPPORTED')
  if (size === undefined || lastModified === undefined) {
    throw broken(doing, `the object ${describe(key)} has no size or no last-modified time`)
  }
  return { key, etag, size, lastModified }
}

function disordered(doing: string, last: string, key: string): StoreError {
  const problem = `${describe(key)} comes after ${describe(last)}, so the keys are not in the order of their bytes`
  return broken(doing, `${problem} (as in S3 directory buckets)`, 'UNSUPPORTED')
}

function broken(doing: string, problem: string, code: StoreErrorCode = 'CORRUPT'): StoreError {
  return new StoreError(`${doing}: ${problem}`, {
    code,
    suggestion: 'Use a server that the README lists as right',
  })
}
