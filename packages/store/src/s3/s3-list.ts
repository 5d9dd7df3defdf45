import type { _Object } from '@aws-sdk/client-s3'
import { describe } from '@s3sched/kernel'
import type { RawObject, RawPage, WantedPage } from '../remote/list-pages.ts'
import { StoreError } from '../store-error.ts'
import { quoted } from './etag.ts'
import type { S3Wire } from './s3-means.ts'
import { watchAnswer } from './watch-answer.ts'

/** One page of ListObjectsV2. */
export async function listOnce(
  { client, sdk, signal }: S3Wire,
  bucket: string,
  { prefix, size, startAfter, token }: WantedPage,
): Promise<RawPage> {
  const position = token === undefined ? (startAfter ? { StartAfter: startAfter } : {}) : { ContinuationToken: token }
  const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: size, ...position })
  const serverDate = watchAnswer(command)
  const answer = await client.send(command, { abortSignal: signal })
  const { Contents = [], IsTruncated, KeyCount, Name, NextContinuationToken } = answer
  if (IsTruncated === undefined && KeyCount === undefined && Name === undefined) throw noListing(prefix)
  const isCutOff = IsTruncated === true
  return {
    objects: Contents.map(toRaw),
    next: isCutOff ? NextContinuationToken : undefined,
    isCutOff,
    serverTime: serverDate(),
  }
}

/** The SDK reads any document as a listing, so an empty body would be an empty bucket. */
function noListing(prefix: string): StoreError {
  return new StoreError(`LIST ${describe(prefix)} was answered with success, but without a listing`, {
    code: 'CORRUPT',
    suggestion: 'The endpoint does not answer as S3 does; check it',
  })
}

function toRaw({ ETag, Key, LastModified, Size }: _Object): RawObject {
  return { key: Key, etag: quoted(ETag), size: Size, lastModified: LastModified?.getTime() }
}
