import type { IncomingMessage } from 'node:http'
import { readBody } from './read-body.ts'

const MOST_BYTES = 65_536

export type JsonBody =
  | { readonly outcome: 'read'; readonly value: unknown }
  /** The body is not declared as JSON. */
  | { readonly outcome: 'not-json' }
  /** No JSON, or too large. */
  | { readonly outcome: 'invalid' }

/** A JSON body, also after a framework's parser has read the body. */
export async function readJson(req: IncomingMessage & { readonly body?: unknown }): Promise<JsonBody> {
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) return { outcome: 'not-json' }
  if (typeof req.body === 'object' && req.body !== null) return { outcome: 'read', value: req.body }
  const text = typeof req.body === 'string' ? req.body : await readBody(req, MOST_BYTES)
  if (text === undefined) return { outcome: 'invalid' }
  try {
    return { outcome: 'read', value: text === '' ? undefined : JSON.parse(text) }
  } catch {
    return { outcome: 'invalid' }
  }
}
