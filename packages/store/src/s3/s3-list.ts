import { describe } from '@s3sched/kernel'
import type { _Object, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { compareKeys } from '../key-order.ts'
import { isKey } from '../object-key.ts'
import type { ListedObject, ListOptions, ListPage } from '../object-store.ts'
import { StoreError, type StoreErrorCode } from '../store-error.ts'
import { quoted } from './etag.ts'
import type { S3Requests } from './s3-requests.ts'
import { watchServerDate } from './server-date.ts'

/** The largest page of S3. */
const PAGE = 1000

/**
 * The pages of a listing, with the time of the call as the bound of every page. The server is treated as fallible: a
 * truncated answer without a continuation token would otherwise end the listing early and in silence, and a repeated
 * token would never end the listing.
 */
export async function* listPages(
  requests: S3Requests,
  bucket: string,
  prefix: string,
  { startAfter, limit = Infinity, ...call }: ListOptions,
): AsyncGenerator<ListPage> {
  const doing = `LIST ${describe(prefix)}`
  let token: string | undefined
  let last = startAfter ?? ''
  let left = limit
  while (left > 0) {
    const position = token === undefined ? (startAfter ? { StartAfter: startAfter } : {}) : { ContinuationToken: token }
    const input = { Bucket: bucket, Prefix: prefix, MaxKeys: Math.min(PAGE, left), ...position }
    const { output, serverTime } = await requests.repeat(doing, call, async ({ client, sdk, signal }) => {
      const command = new sdk.ListObjectsV2Command(input)
      const serverDate = watchServerDate(command)
      return { output: await client.send(command, { abortSignal: signal }), serverTime: serverDate() }
    })
    const listed = (output.Contents ?? []).map((object) => toListed(doing, prefix, object))
    for (const { key } of listed) {
      if (key <= last && compareKeys(key, last) <= 0) throw disordered(doing, last, key)
      last = key
    }
    const objects = listed.filter(({ key }) => isKey(key))
    yield { objects, serverTime }
    left -= objects.length
    const next = nextToken(doing, output, token)
    if (next === undefined) return
    token = next
  }
}

function nextToken(doing: string, output: ListObjectsV2CommandOutput, token: string | undefined): string | undefined {
  if (output.IsTruncated !== true) return undefined
  const next = output.NextContinuationToken
  if (next === undefined || next === '') throw broken(doing, 'the answer is cut off, and has no continuation token')
  if (next === token)
    throw broken(doing, 'the answer is cut off, and has the continuation token that it was asked with')
  return next
}

function toListed(doing: string, prefix: string, object: _Object): ListedObject {
  const { Key: key, Size: size, LastModified: lastModified } = object
  if (key === undefined || !key.startsWith(prefix)) throw broken(doing, `the key ${describe(key)} has another prefix`)
  const etag = quoted(object.ETag)
  if (etag === undefined) throw broken(doing, `the object ${describe(key)} has no ETag`, 'UNSUPPORTED')
  if (size === undefined || lastModified === undefined) {
    throw broken(doing, `the object ${describe(key)} has no size or no last-modified time`)
  }
  return { key, etag, size, lastModified: lastModified.getTime() }
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
