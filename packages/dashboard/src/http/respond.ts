import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './security-headers.ts'

/** The answer to a request. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const zip = promisify(gzip)
/** Below this size, compression costs more than the saved bytes; bytes. */
const WORTH_ZIPPING = 1400

export async function respond(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  const accepts = [req.headers['accept-encoding'] ?? ''].join()
  const plain = Buffer.from(reply.body)
  const zipped = plain.byteLength > WORTH_ZIPPING && /\bgzip\b/.test(accepts)
  const body = zipped ? await zip(plain) : plain
  res.statusCode = reply.status
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...reply.headers })) res.setHeader(name, value)
  res.setHeader('vary', 'accept-encoding')
  if (zipped) res.setHeader('content-encoding', 'gzip')
  res.setHeader('content-length', body.byteLength)
  res.end(req.method === 'HEAD' ? undefined : body)
}
