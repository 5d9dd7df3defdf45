import { isObjectStore } from './object-store.ts'
import { describe, wrongArgument } from '@s3sched/kernel'
import { MAX_BODY_BYTES } from './body-limit.ts'
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts'
import type { CallOptions, GetOptions, ListedObject, ObjectStore } from './object-store.ts'
import type { ClockStep } from './server-clock/age-of.ts'
import { StoreError } from './store-error.ts'

/** The format version of written documents, and the newest readable version. */
export const FORMAT_VERSION = 1

/** The fields of a document in the bucket, without its format version and nonce. */
export type Fields = Readonly<Record<string, unknown>>

/** The result of decoding a JSON object: its fields, or its problem. */
export type DecodedDocument =
  | { readonly outcome: 'found'; readonly fields: Fields; readonly nonce: string }
  | { readonly outcome: 'unreadable'; readonly problem: string }

/**
 * A document as bytes. `nonce` makes the bytes unique: two writes of the same fields have different ETags, so that a
 * stale ETag can't match again (ABA), and a writer recognises its own write.
 * @throws {@link StoreError} `INVALID_BODY` for a document nested deeper than 128 levels, because no reader would
 * accept the document
 */
export function encodeDocument(fields: Fields, nonce: string): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify({ v: FORMAT_VERSION, nonce, ...fields }))
  if (!isTooDeep(body)) return body
  throw new StoreError(`a document is nested deeper than ${MAX_JSON_DEPTH} levels`, {
    code: 'INVALID_BODY',
    suggestion: 'Flatten it, or store the deep part as a string',
  })
}

/** The reverse of {@link encodeDocument}, for bytes from any writer. */
export function decodeDocument(body: Uint8Array): DecodedDocument {
  if (isTooDeep(body)) return { outcome: 'unreadable', problem: `it is nested deeper than ${MAX_JSON_DEPTH} levels` }
  let parsed: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    parsed = MAY_NAME_A_PROTOTYPE.test(text) ? JSON.parse(text, withoutPrototypeKeys) : JSON.parse(text)
  } catch (error) {
    return {
      outcome: 'unreadable',
      problem: `it is not JSON (${error instanceof Error ? error.message : String(error)})`,
    }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { outcome: 'unreadable', problem: `expected an object, got ${describe(parsed)}` }
  }
  const { v, nonce, ...fields } = parsed as Record<string, unknown>
  if (typeof v !== 'number' || v < 1) {
    return { outcome: 'unreadable', problem: `it has no format version (v is ${describe(v)})` }
  }
  if (v > FORMAT_VERSION) {
    return {
      outcome: 'unreadable',
      problem: `its format version ${v} is newer than ${FORMAT_VERSION}; upgrade s3sched`,
    }
  }
  if (typeof nonce !== 'string') return { outcome: 'unreadable', problem: `it has no nonce (it is ${describe(nonce)})` }
  return { outcome: 'found', fields, nonce }
}

/** A reviver makes JSON.parse several times slower. JSON can spell the key plainly, or with escapes. */
const MAY_NAME_A_PROTOTYPE = /__proto__|\\u/

/** An own key `__proto__` would become a prototype as soon as the object is copied by assignment. */
function withoutPrototypeKeys(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}

/** The result of reading a JSON object. */
export type ReadDocument =
  | {
      readonly outcome: 'found'
      readonly fields: Fields
      readonly nonce: string
      readonly etag: string
      readonly lastModified: number | undefined
      readonly serverTime: number | undefined
      readonly step?: ClockStep | undefined
    }
  | {
      readonly outcome: 'unreadable'
      readonly problem: string
      readonly etag: string
      readonly lastModified: number | undefined
      readonly serverTime: number | undefined
      readonly step?: ClockStep | undefined
    }
  | { readonly outcome: 'unchanged'; readonly serverTime: number | undefined }
  | { readonly outcome: 'missing'; readonly serverTime: number | undefined }

/** Reads one document: 1 GET. */
export async function readDocument(store: ObjectStore, key: string, options?: GetOptions): Promise<ReadDocument> {
  const got = await store.get(key, options)
  const { serverTime } = got
  if (got.outcome === 'missing' || got.outcome === 'unchanged') return { outcome: got.outcome, serverTime }
  const decoded = got.outcome === 'found' ? decodeDocument(got.body) : tooLarge(got.bytes)
  const { etag, lastModified, step } = got
  return { ...decoded, etag, lastModified, serverTime, ...(step === undefined ? {} : { step }) }
}

/** Only the object itself is unreadable: a listing goes on with the next object. */
function tooLarge(bytes: number): DecodedDocument {
  return { outcome: 'unreadable', problem: `it is ${bytes} bytes long or longer; the limit is ${MAX_BODY_BYTES}` }
}

/** All objects under a prefix, page after page: 1 LIST per 1,000. */
export async function listAll(
  store: ObjectStore,
  prefix: string,
  options?: CallOptions & { readonly startAfter?: string; readonly limit?: number },
): Promise<ListedObject[]> {
  if (!isObjectStore(store)) throw wrongArgument('listAll', 'an ObjectStore, such as that of openStore()', store)
  const objects: ListedObject[] = []
  for await (const page of store.list(prefix, options)) objects.push(...page.objects)
  return objects
}
