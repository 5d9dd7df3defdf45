import type { _Object } from '@aws-sdk/client-s3'
import type { RawObject, RawPage, WantedPage } from '../remote/list-pages.ts'
import { quoted } from './etag.ts'
import type { S3Wire } from './s3-means.ts'
import { watchServerDate } from './server-date.ts'

/** One page of ListObjectsV2. */
export async function listOnce(
  { client, sdk, signal }: S3Wire,
  bucket: string,
  { prefix, size, startAfter, token }: WantedPage,
): Promise<RawPage> {
  const position = token === undefined ? (startAfter ? { StartAfter: startAfter } : {}) : { ContinuationToken: token }
  const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: size, ...position })
  const serverDate = watchServerDate(command)
  const { Contents = [], IsTruncated, NextContinuationToken } = await client.send(command, { abortSignal: signal })
  const isCutOff = IsTruncated === true
  return {
    objects: Contents.map(toRaw),
    next: isCutOff ? NextContinuationToken : undefined,
    isCutOff,
    serverTime: serverDate(),
  }
}

function toRaw({ ETag, Key, LastModified, Size }: _Object): RawObject {
  return { key: Key, etag: quoted(ETag), size: Size, lastModified: LastModified?.getTime() }
}
