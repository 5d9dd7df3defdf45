import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './security-headers.ts'

/** The answer to a request. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** True for a body that is always the same: its compressed form is kept. */
  readonly isConstant?: boolean
}

const zip = promisify(gzip)
/** Below this size, compression costs more than the saved bytes; bytes. */
const WORTH_ZIPPING = 1400

export async function respond(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  const accepts = [req.headers['accept-encoding'] ?? ''].join()
  const plain = Buffer.from(reply.body)
  const zipped = plain.byteLength > WORTH_ZIPPING && /\bgzip\b/.test(accepts)
  const body = zipped ? await (reply.isConstant === true ? zipOnce(reply.body) : zip(plain)) : plain
  res.statusCode = reply.status
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...reply.headers })) res.setHeader(name, value)
  res.setHeader('vary', 'accept-encoding')
  if (zipped) res.setHeader('content-encoding', 'gzip')
  res.setHeader('content-length', body.byteLength)
  res.end(req.method === 'HEAD' ? undefined : body)
}

/** The compressed style and script of the pages: a few bodies for the life of the process. */
const zippedOnce = new Map<string, Promise<Buffer>>()

function zipOnce(body: string): Promise<Buffer> {
  const known = zippedOnce.get(body) ?? zip(body)
  zippedOnce.set(body, known)
  return known
}
