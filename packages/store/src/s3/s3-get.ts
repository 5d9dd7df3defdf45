import { behindTheEnd, bytesOf, type ByteRange } from '../byte-range.ts'
import type { GetResult } from '../object-store.ts'
import { readBody } from '../remote/read-body.ts'
import { StoreError } from '../store-error.ts'
import { quoted } from './etag.ts'
import type { S3Wire } from './s3-means.ts'
import { readTrouble } from './s3-trouble.ts'
import { watchAnswer } from './watch-answer.ts'

export interface WantedObject {
  readonly bucket: string
  readonly key: string
  readonly ifNoneMatch?: string | undefined
  readonly range?: ByteRange | undefined
}

/** Makes one GET. A missing or unchanged object is an answer and not an error. */
export async function getOnce(
  { client, sdk, signal }: S3Wire,
  { bucket, ifNoneMatch, key, range }: WantedObject,
): Promise<GetResult> {
  const condition = ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }
  const part = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` }
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...condition, ...part })
  const serverDate = watchAnswer(command)
  try {
    const output = await client.send(command, { abortSignal: signal })
    const etag = quoted(output.ETag)
    if (etag === undefined || output.Body === undefined) {
      throw new StoreError(`GET '${key}' was answered without ${etag === undefined ? 'an ETag' : 'a body'}`, {
        code: 'CORRUPT',
        suggestion: 'The endpoint does not answer as S3 does; check it',
      })
    }
    const announced = output.ContentEncoding === undefined ? output.ContentLength : undefined
    const stream = output.Body as unknown as AsyncIterable<Uint8Array>
    const answer = await readBody(key, stream, announced)
    // A server may ignore the range, and answer with the whole object.
    const isWhole = range !== undefined && output.ContentRange === undefined
    const read = isWhole && answer.outcome === 'found' ? { ...answer, body: bytesOf(key, answer.body, range) } : answer
    return { ...read, etag, lastModified: output.LastModified?.getTime(), serverTime: serverDate() }
  } catch (thrown) {
    if (thrown instanceof StoreError) throw thrown
    const { name, status } = readTrouble(thrown, 0)
    const serverTime = serverDate()
    if (status === 304 && ifNoneMatch !== undefined) return { outcome: 'unchanged', serverTime }
    if (isMissing(name, status)) return { outcome: 'missing', serverTime }
    if (range !== undefined && (name === 'InvalidRange' || status === 416)) throw behindTheEnd(key, range)
    throw thrown
  }
}

/** Not every 404: a missing bucket, and a web server that is no S3, answer 404 too. */
export function isMissing(name: string, status: number | undefined): boolean {
  return name === 'NoSuchKey' || (status === 404 && name === 'NotFound')
}
