import { buffer } from 'node:stream/consumers'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** The kinds of requests, counted and scripted separately. `BATCH` is a POST that deletes many objects. */
export type S3Verb = 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'LIST' | 'BATCH' | 'OTHER'

export interface S3Request {
  readonly verb: S3Verb
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Already decoded if sent in chunks. */
  readonly body: Buffer
  /** True for a body in AWS chunks, with a trailer. */
  readonly hasTrailer: boolean
}

/** Reads a path-style request to its end. */
export async function readS3Request(message: IncomingMessage): Promise<S3Request> {
  const { pathname, searchParams: query } = new URL(message.url ?? '/', 'http://server')
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent)
  const key = rest.join('/')
  const { headers } = message
  const raw = await buffer(message)
  const isChunked = headers['content-encoding']?.includes('aws-chunked') ?? false
  return {
    verb: verbOf(message.method ?? '', key, query),
    bucket,
    key,
    query,
    headers,
    body: isChunked ? decodeChunks(raw) : raw,
    hasTrailer: headers['x-amz-trailer'] !== undefined,
  }
}

function verbOf(method: string, key: string, query: URLSearchParams): S3Verb {
  if (key === '') {
    if (method === 'GET' && query.get('list-type') === '2') return 'LIST'
    return method === 'POST' && query.has('delete') ? 'BATCH' : 'OTHER'
  }
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'DELETE' ? method : 'OTHER'
}

/**
 * The format is `<hexadecimal length>[;extension]\r\n<bytes>\r\n`, repeated until a chunk of length 0; then trailers.
 */
export function decodeChunks(raw: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < raw.length;) {
    const lineEnd = raw.indexOf('\r\n', at)
    const length = Number.parseInt(raw.subarray(at, lineEnd).toString(), 16)
    if (lineEnd < 0 || Number.isNaN(length)) throw new Error(`expected the length of a chunk at byte ${at}`)
    if (length === 0) break
    chunks.push(raw.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
  return Buffer.concat(chunks)
}
