import type { BlobDownloadResponseParsed, BlobItem } from '@azure/storage-blob'
import { behindTheEnd } from '../byte-range.ts'
import type { GetResult, ObjectStore, PutCondition } from '../object-store.ts'
import type { Put } from '../remote/conditional-put-loop.ts'
import type { RawObject, RawPage, WantedPage } from '../remote/list-pages.ts'
import { errorOf } from '../remote/meaning.ts'
import { readBody } from '../remote/read-body.ts'
import { createRemoteStore, type WantedBody } from '../remote/remote-store.ts'
import type { RemoteDeps } from '../remote/requests.ts'
import type { Trouble } from '../remote/trouble.ts'
import { StoreError } from '../store-error.ts'
import { connectAzure, type AzureMeans, type AzureWire } from './azure-client.ts'
import type { AzureConnection } from './azure-connection.ts'
import { azureMeaningOf, readAzureTrouble } from './azure-trouble.ts'
import { azureScrubberOf } from './azure-scrub.ts'

/**
 * One container of Azure Blob Storage as a store, each object a block blob. The ETag of a blob is new with every write,
 * so an earlier state of a blob never matches, not even with the same bytes.
 *
 * | call | requests without failures |
 * |---|---|
 * | `get` | 1 Get Blob |
 * | `put`, with a condition or without, conflicts included | 1 Put Blob |
 * | `delete` | 1 Delete Blob per key, 16 at a time |
 * | `list` | 1 List Blobs per page of 1,000 |
 */
export function createAzureStore(connection: AzureConnection, deps: RemoteDeps): ObjectStore {
  const scrub = azureScrubberOf(connection)
  return createRemoteStore<AzureMeans>(
    {
      description: `az://${connection.account}/${connection.container}`,
      connect: () => connectAzure(connection),
      readTrouble: readAzureTrouble,
      toError: (trouble, doing) => errorOf(trouble, azureMeaningOf(trouble), doing, scrub),
    },
    {
      get: getOnce,
      put: putOnce,
      judge,
      delete: deleteOnce,
      list: listOnce,
    },
    deps,
  )
}

/** A refused creation has a code of its own, and a status that stands for other conflicts too. */
function judge({ name, status }: Trouble, condition: PutCondition): 'refused' | undefined {
  if (name === 'ConditionNotMet' || name === 'TargetConditionNotMet' || status === 412) return 'refused'
  if (name === 'BlobAlreadyExists' && 'ifAbsent' in condition) return 'refused'
  return isMissing(name) && 'ifMatch' in condition ? 'refused' : undefined
}

function isMissing(name: string): boolean {
  return name === 'BlobNotFound' || name === 'ResourceNotFound'
}

async function getOnce(
  { container, signal }: AzureWire,
  key: string,
  { ifNoneMatch, range }: WantedBody = {},
): Promise<GetResult> {
  const from = range?.start ?? 0
  const count = range === undefined ? undefined : range.end - range.start
  const conditions = ifNoneMatch === undefined ? {} : { ifNoneMatch }
  let got: BlobDownloadResponseParsed
  try {
    // Without retries of the stream: a second request could give the rest of another blob's state.
    got = await container
      .getBlobClient(key)
      .download(from, count, { abortSignal: signal, conditions, maxRetryRequests: 0 })
  } catch (thrown) {
    const { name, serverTime, status } = readAzureTrouble(thrown, 0)
    if (status === 304 && ifNoneMatch !== undefined) return { outcome: 'unchanged', serverTime }
    if (isMissing(name)) return { outcome: 'missing', serverTime }
    if (range !== undefined && status === 416) throw behindTheEnd(key, range)
    throw thrown
  }
  const { contentLength, date, etag, lastModified, readableStreamBody } = got
  if (etag === undefined || readableStreamBody === undefined) throw unlikeAzure(`GET '${key}'`)
  const read = await readBody(key, readableStreamBody as AsyncIterable<Uint8Array>, contentLength)
  // Azurite answers with no bytes instead of 416.
  if (range !== undefined && read.outcome === 'found' && read.body.byteLength === 0) throw behindTheEnd(key, range)
  return { ...read, etag, lastModified: lastModified?.getTime(), serverTime: date?.getTime() }
}

async function putOnce(
  { container, signal }: AzureWire,
  key: string,
  body: Uint8Array,
  condition?: PutCondition,
): Promise<Put> {
  const { date, etag } = await container.getBlockBlobClient(key).upload(body, body.byteLength, {
    abortSignal: signal,
    blobHTTPHeaders: { blobContentType: key.endsWith('.json') ? 'application/json' : 'application/octet-stream' },
    conditions: conditionsOf(condition),
  })
  if (etag === undefined) throw unlikeAzure(`PUT '${key}'`)
  return { etag, serverTime: date?.getTime() }
}

function conditionsOf(condition: PutCondition | undefined): { ifNoneMatch?: string; ifMatch?: string } {
  if (condition === undefined) return {}
  return 'ifAbsent' in condition ? { ifNoneMatch: '*' } : { ifMatch: condition.ifMatch }
}

async function deleteOnce({ container, signal }: AzureWire, key: string): Promise<void> {
  try {
    // Another tool's snapshot would keep the blob from being deleted.
    await container.getBlobClient(key).delete({ abortSignal: signal, deleteSnapshots: 'include' })
  } catch (thrown) {
    if (!isMissing(readAzureTrouble(thrown, 0).name)) throw thrown
  }
}

async function listOnce(
  { container, signal }: AzureWire,
  { prefix, size, startAfter, token }: WantedPage,
): Promise<RawPage> {
  const pages = container
    .listBlobsFlat({ abortSignal: signal, prefix, ...(startAfter === undefined ? {} : { startFrom: startAfter }) })
    .byPage({ maxPageSize: size, ...(token === undefined ? {} : { continuationToken: token }) })
  const { value: page } = await pages.next()
  if (page === undefined) throw unlikeAzure(`LIST '${prefix}'`)
  const items: readonly BlobItem[] = page.segment.blobItems
  return {
    // An account with a hierarchical namespace lists its folders too.
    objects: items.filter((item) => item.metadata?.['hdi_isfolder'] !== 'true').map(toRaw),
    next: page.continuationToken === '' ? undefined : page.continuationToken,
    serverTime: page.date?.getTime(),
  }
}

function toRaw({ name, properties: { contentLength, etag, lastModified } }: BlobItem): RawObject {
  // Lists give ETags without quotes, and other answers with quotes.
  const quoted = etag === '' ? undefined : etag.startsWith('"') ? etag : `"${etag}"`
  return { key: name, etag: quoted, size: contentLength, lastModified: lastModified.getTime() }
}

function unlikeAzure(doing: string): StoreError {
  return new StoreError(`${doing} was answered without what Azure Blob Storage answers with`, {
    code: 'CORRUPT',
    suggestion: 'Check the endpoint: its server does not answer as Azure Blob Storage does',
  })
}
