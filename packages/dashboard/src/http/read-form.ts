import type { IncomingMessage } from 'node:http'
import { readBody } from './read-body.ts'

/**
 * The size limit of a form: a token, and up to 64 KiB of context, with most characters escaped, or the names of some
 * hundred jobs; bytes.
 */
const MOST_BYTES = 262_144

/** The fields of a form, also after a framework's parser has read the body. `undefined`: no form, or too large. */
export async function readForm(
  req: IncomingMessage & { readonly body?: unknown },
): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return undefined
  if (typeof req.body === 'object' && req.body !== null) {
    const fields = Object.entries(req.body).flatMap(([name, value]) =>
      [value].flat().map((one: unknown) => [name, one]),
    )
    return new URLSearchParams(fields.filter((field): field is [string, string] => typeof field[1] === 'string'))
  }
  if (typeof req.body === 'string') return new URLSearchParams(req.body)
  const text = await readBody(req, MOST_BYTES)
  return text === undefined ? undefined : new URLSearchParams(text)
}
