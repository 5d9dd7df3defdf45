import { behindTheEnd, bytesOf } from '../byte-range.ts'
import type { GetResult, ObjectStore, PutCondition } from '../object-store.ts'
import type { Put } from '../remote/conditional-put-loop.ts'
import { parseHttpDate } from '../remote/http-date.ts'
import type { RawObject, RawPage, WantedPage } from '../remote/list-pages.ts'
import { errorOf } from '../remote/meaning.ts'
import { readBody } from '../remote/read-body.ts'
import { createRemoteStore, type WantedBody } from '../remote/remote-store.ts'
import type { RemoteDeps } from '../remote/requests.ts'
import { StoreError } from '../store-error.ts'
import { askGoogle, GoogleAnswer, serverTimeOf } from './google-answer.ts'
import { connectGoogle, type GoogleMeans, type GoogleWire } from './google-client.ts'
import type { GoogleConnection } from './google-connection.ts'
import { googleMeaningOf, readGoogleTrouble } from './google-trouble.ts'

/**
 * One bucket of Google Cloud Storage as a store, by the JSON API. The ETag of the port is the generation of the object,
 * in quotes: a number that is new with every write, so an earlier state never matches, not even with the same bytes.
 *
 * | call | requests without failures |
 * |---|---|
 * | `get` | 1 GET |
 * | `put`, with a condition or without, conflicts included | 1 POST |
 * | `delete` | 1 DELETE per key, 16 at a time |
 * | `list` | 1 LIST per page of 1,000 |
 */
export function createGoogleStore(connection: GoogleConnection, deps: RemoteDeps): ObjectStore {
  const { bucket, endpoint } = connection
  const objects = `${endpoint}/storage/v1/b/${bucket}/o`
  const upload = `${endpoint}/upload/storage/v1/b/${bucket}/o`
  return createRemoteStore<GoogleMeans>(
    {
      description: `gs://${bucket}`,
      connect: () => connectGoogle(connection),
      readTrouble: readGoogleTrouble,
      // A token is in no message: errors are made of the answer alone.
      toError: (trouble, doing) => errorOf(trouble, googleMeaningOf(trouble), doing, (text) => text),
    },
    {
      get: (wire, key, wanted) => getOnce(wire, `${objects}/${encodeURIComponent(key)}`, key, wanted),
      put: (wire, key, body, condition) => putOnce(wire, { upload, key, body, condition }),
      judge: ({ name, status }) => (name === 'conditionNotMet' || status === 412 ? 'refused' : undefined),
      delete: (wire, key) => deleteOnce(wire, `${objects}/${encodeURIComponent(key)}`),
      list: (wire, wanted) => listOnce(wire, objects, wanted),
    },
    deps,
  )
}

async function getOnce(
  wire: GoogleWire,
  url: string,
  key: string,
  { ifNoneMatch, range }: WantedBody = {},
): Promise<GetResult> {
  const known = ifNoneMatch === undefined ? undefined : generationOf(ifNoneMatch)
  const query = known === undefined ? '?alt=media' : `?alt=media&ifGenerationNotMatch=${known}`
  const headers: Record<string, string> = range === undefined ? {} : { range: `bytes=${range.start}-${range.end - 1}` }
  let response: Response
  try {
    response = await askGoogle(wire, url + query, { headers })
  } catch (thrown) {
    if (!(thrown instanceof GoogleAnswer)) throw thrown
    const serverTime = serverTimeOf(thrown)
    if (thrown.status === 304) return { outcome: 'unchanged', serverTime }
    if (thrown.status === 404 && !isBucketMissing(thrown)) return { outcome: 'missing', serverTime }
    if (thrown.status === 416 && range !== undefined) throw behindTheEnd(key, range)
    throw thrown
  }
  const serverTime = serverTimeOf(response)
  const etag = etagOf(response.headers.get('x-goog-generation'))
  if (etag === undefined || response.body === null) throw unlikeGoogle(`GET '${key}'`)
  if (etag === ifNoneMatch) {
    // An emulator that knows no condition of a read answers with the body.
    await response.body.cancel()
    return { outcome: 'unchanged', serverTime }
  }
  const length = response.headers.get('content-length')
  const announced = length === null || response.headers.has('content-encoding') ? undefined : Number(length)
  const answer = await readBody(key, response.body, announced)
  const isWhole = range !== undefined && response.status !== 206
  const read = isWhole && answer.outcome === 'found' ? { ...answer, body: bytesOf(key, answer.body, range) } : answer
  return { ...read, etag, lastModified: parseHttpDate(response.headers.get('last-modified') ?? undefined), serverTime }
}

interface Upload {
  /** The URL for uploads to the bucket. */
  readonly upload: string
  readonly key: string
  readonly body: Uint8Array
  readonly condition: PutCondition | undefined
}

async function putOnce(wire: GoogleWire, { body, condition, key, upload }: Upload): Promise<Put> {
  const query = new URLSearchParams({ uploadType: 'media', name: key, fields: 'generation', ...conditionOf(condition) })
  const type = key.endsWith('.json') ? 'application/json' : 'application/octet-stream'
  const init = { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(body) }
  const response = await askGoogle(wire, `${upload}?${query.toString()}`, init)
  const { generation } = (await response.json()) as { readonly generation?: unknown }
  const etag = etagOf(generation)
  if (etag === undefined) throw unlikeGoogle(`PUT '${key}'`)
  return { etag, serverTime: serverTimeOf(response) }
}

/** Generation 0 stands for no object. */
function conditionOf(condition: PutCondition | undefined): { ifGenerationMatch?: string } {
  if (condition === undefined) return {}
  return { ifGenerationMatch: 'ifAbsent' in condition ? '0' : (generationOf(condition.ifMatch) ?? NEVER) }
}

/** A generation that no object has, for an ETag of another server. */
const NEVER = '1'

function generationOf(etag: string): string | undefined {
  return /^"(\d+)"$/.exec(etag)?.[1]
}

/** The number is a text in JSON, because it has more digits than a double. */
function etagOf(generation: unknown): string | undefined {
  return typeof generation === 'string' && /^\d+$/.test(generation) ? `"${generation}"` : undefined
}

async function deleteOnce(wire: GoogleWire, url: string): Promise<void> {
  try {
    await askGoogle(wire, url, { method: 'DELETE' })
  } catch (thrown) {
    if (!(thrown instanceof GoogleAnswer) || thrown.status !== 404 || isBucketMissing(thrown)) throw thrown
  }
}

interface Listing {
  readonly items?: readonly Readonly<Record<'name' | 'generation' | 'size' | 'updated', string | undefined>>[]
  readonly nextPageToken?: string
}

async function listOnce(
  wire: GoogleWire,
  objects: string,
  { prefix, size, startAfter, token }: WantedPage,
): Promise<RawPage> {
  const query = new URLSearchParams({
    prefix,
    maxResults: String(size),
    fields: 'items(name,generation,size,updated),nextPageToken',
    ...(startAfter === undefined ? {} : { startOffset: startAfter }),
    ...(token === undefined ? {} : { pageToken: token }),
  })
  const response = await askGoogle(wire, `${objects}?${query.toString()}`)
  const { items = [], nextPageToken } = (await response.json()) as Listing
  return { objects: items.map(toRaw), next: nextPageToken, serverTime: serverTimeOf(response) }
}

function toRaw({ generation, name, size, updated }: NonNullable<Listing['items']>[number]): RawObject {
  return {
    key: name,
    etag: etagOf(generation),
    size: size === undefined ? undefined : Number(size),
    lastModified: parseHttpDate(updated),
  }
}

/** Only the text tells: a missing object and a missing bucket have one status and one reason. */
function isBucketMissing({ message }: GoogleAnswer): boolean {
  return /bucket does not exist/i.test(message)
}

function unlikeGoogle(doing: string): StoreError {
  return new StoreError(`${doing} was answered without a generation`, {
    code: 'CORRUPT',
    suggestion: 'Check the endpoint: its server does not answer as Google Cloud Storage does',
  })
}
