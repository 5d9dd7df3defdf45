import { createHash, getFips } from 'node:crypto'
import type { PutCondition } from '../object-store.ts'
import type { Put } from '../remote/conditional-put-loop.ts'
import { StoreError } from '../store-error.ts'
import { quoted } from './etag.ts'
import type { S3Wire } from './s3-means.ts'
import { watchAnswer } from './watch-answer.ts'

export interface S3Put {
  readonly bucket: string
  readonly key: string
  readonly body: Uint8Array
  readonly condition: PutCondition | undefined
}

/**
 * Makes one PUT. An answer without an ETag is no success: the answer may be an error inside of a 200. A weak ETag is
 * none of S3: no condition can name a weak ETag, and servers of pages make one for whatever they answer.
 */
export async function putOnce({ client, sdk, signal }: S3Wire, { body, bucket, condition, key }: S3Put): Promise<Put> {
  const command = new sdk.PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ...checksumOf(body),
    ContentType: key.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    ...headersOf(condition),
  })
  const serverDate = watchAnswer(command)
  const output = await client.send(command, { abortSignal: signal })
  const etag = quoted(output.ETag)
  if (etag === undefined || etag.startsWith('W/')) {
    throw new StoreError(
      `PUT '${key}' was answered with success, but ${etag === undefined ? 'without an' : 'with a weak'} ETag`,
      {
        code: 'UNAVAILABLE',
        retriable: true,
      },
    )
  }
  return { etag, serverTime: serverDate() }
}

/**
 * A bucket whose Object Lock has a default retention demands a checksum with every PUT. All servers support MD5. A Node
 * in FIPS mode has no MD5.
 */
function checksumOf(body: Uint8Array): { ContentMD5?: string } {
  return getFips() === 1 ? {} : { ContentMD5: createHash('md5').update(body).digest('base64') }
}

function headersOf(condition: PutCondition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (condition === undefined) return {}
  return 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch }
}
