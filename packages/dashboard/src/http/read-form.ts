import type { IncomingMessage } from 'node:http'

/** The size limit of a form; a form of the dashboard holds only a token; bytes. */
const MOST_BYTES = 4096

/** The fields of a form, also after a framework's parser has read the body. `undefined`: no form, or too large. */
export async function readForm(
  req: IncomingMessage & { readonly body?: unknown },
): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return undefined
  if (typeof req.body === 'object' && req.body !== null) {
    const fields = Object.entries(req.body).filter((field): field is [string, string] => typeof field[1] === 'string')
    return new URLSearchParams(fields)
  }
  if (typeof req.body === 'string') return new URLSearchParams(req.body)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
