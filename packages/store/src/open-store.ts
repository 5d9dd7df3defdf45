import {
  describe,
  guardLogger,
  silentLogger,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type Random,
} from '@s3sched/kernel'
import type { S3Client } from '@aws-sdk/client-s3'
import { createAzureStore } from './azure/azure-store.ts'
import { parseConnection } from './connection.ts'
import { createFileStore } from './file/file-store.ts'
import { createGoogleStore } from './google/google-store.ts'
import { openNamedMemoryStore } from './memory-store.ts'
import { isObjectStore, type ObjectStore } from './object-store.ts'
import { connectS3 } from './s3/s3-client.ts'
import { createS3Store, type S3Target } from './s3/s3-store.ts'
import { scrubberOf } from './s3/scrub.ts'
import { scopeStore } from './scoped-store.ts'
import { StoreError } from './store-error.ts'

/** An existing client of the AWS SDK, with its bucket. Closing the store leaves the client open. */
export interface S3ClientConnection {
  readonly client: S3Client
  readonly bucket: string
  /** Empty, or ending in a slash. @default '' */
  readonly prefix?: string
}

/** A connection string, an S3 client with its bucket, or an open store. */
export type StoreInput = string | S3ClientConnection | ObjectStore

/** The live things that an opened store needs. */
export interface OpenStoreDeps {
  /** Times waits and deadlines. @default the system's */
  readonly clock?: Clock
  /** Spreads retries. @default the system's */
  readonly random?: Random
  /** Receives retries and errors. @default silent */
  readonly logger?: Logger
}

/**
 * Opens a store by a connection string or an S3 client; a store is returned unchanged.
 *
 * - `memory://name`: in this process; all clients of the same name share the objects
 * - `file:///directory`, `file://relative/directory`: a folder, safe between the processes of one machine
 * - `s3://[key:secret@]bucket[/prefix]`, with `?region=`, `endpoint`, `forcePathStyle` (true when there is an
 *   endpoint), `sessionToken`, `profile`, `requestChecksumCalculation` (`WHEN_REQUIRED`, or `WHEN_SUPPORTED`),
 *   `serverSideEncryption` (`AES256`, `aws:kms`, `aws:kms:dsse`), `kmsKeyId`. Without a key, the credentials come from
 *   the AWS SDK's default chain.
 * - `http[s]://[key:secret@]host[:port]/bucket[/prefix]`, with the same parameters but `endpoint`
 * - `az://[:accountKey@]account/container[/prefix]`, with `?endpoint=`, `sasToken`: Azure Blob Storage, by the packages
 *   `@azure/storage-blob` and, without a key or a signature, `@azure/identity`
 * - `gs://bucket[/prefix]`, with `?endpoint=`: Google Cloud Storage, by the package `google-auth-library`
 *
 * Special characters in credentials and prefix are percent-encoded. Before the first call there is no request, and the
 * SDK of a cloud is not loaded.
 *
 * @throws {@link StoreError} `INVALID_CONNECTION`, without the secrets of the string; `INVALID_KEY` for a bad `prefix`.
 * @example openStore('s3://my-bucket/my-app?region=eu-west-1')
 */
export function openStore(connection: StoreInput, deps: OpenStoreDeps = {}): ObjectStore {
  const given: unknown = connection
  if (typeof given === 'string') return openConnection(given, deps)
  if (isObjectStore(given)) return given
  if (typeof given === 'object' && given !== null && ('client' in given || 'bucket' in given)) {
    return openClient(given as S3ClientConnection, deps)
  }
  // The message shows only the field names of an object: the values may be credentials.
  const got =
    typeof given === 'object' && given !== null ? `an object with ${describe(Object.keys(given))}` : describe(given)
  throw new StoreError(`expected a connection string, {client, bucket} or a store, got ${got}`, {
    code: 'INVALID_CONNECTION',
    suggestion: "Write something like 'memory://trial', 'file:///directory' or 's3://bucket/prefix'",
  })
}

function openConnection(text: string, deps: OpenStoreDeps): ObjectStore {
  const connection = parseConnection(text)
  if (connection.kind === 'memory') return below(openNamedMemoryStore(connection.name, deps), connection.prefix)
  if (connection.kind === 'file') return createFileStore(connection.directory, { clock: withDefaults(deps).clock })
  const given = withDefaults(deps)
  if (connection.kind === 'azure') return below(createAzureStore(connection, given), connection.prefix)
  if (connection.kind === 'google') return below(createGoogleStore(connection, given), connection.prefix)
  const { bucket, prefix, endpoint } = connection
  const description = endpoint === undefined ? `s3://${bucket}` : `${endpoint.replace(/\/$/, '')}/${bucket}`
  const target: S3Target = {
    bucket,
    description,
    connect: () => connectS3(connection, given.logger),
    ownsClient: true,
    scrub: scrubberOf(connection),
  }
  return below(createS3Store(target, given), prefix)
}

function openClient({ client, bucket, prefix = '' }: S3ClientConnection, deps: OpenStoreDeps): ObjectStore {
  if (typeof (client as unknown) !== 'object' || client === null || typeof (client.send as unknown) !== 'function') {
    // The message does not show the client: an incomplete client may hold credentials.
    throw new StoreError('expected client to be an S3Client of @aws-sdk/client-s3', {
      code: 'INVALID_CONNECTION',
      suggestion: "Write {client: new S3Client({region: '…'}), bucket: '…'}",
    })
  }
  if (typeof (bucket as unknown) !== 'string' || bucket === '') {
    throw new StoreError(`expected bucket to be its name, got ${describe(bucket)}`, {
      code: 'INVALID_CONNECTION',
      suggestion: 'Write {client, bucket} with the name of the bucket, without a scheme',
    })
  }
  const target: S3Target = {
    bucket,
    description: `s3://${bucket}`,
    connect: async () => client,
    ownsClient: false,
    scrub: (text) => text,
  }
  return below(createS3Store(target, withDefaults(deps)), prefix)
}

/**
 * Closing this scope closes the store below, unlike with {@link scopeStore}: the store was opened here, and has no
 * other user.
 */
function below(store: ObjectStore, prefix: string): ObjectStore {
  return prefix === '' ? store : { ...scopeStore(store, prefix), close: () => store.close() }
}

function withDefaults(deps: OpenStoreDeps): Required<OpenStoreDeps> {
  return {
    clock: deps.clock ?? systemClock,
    random: deps.random ?? systemRandom,
    logger: guardLogger(deps.logger ?? silentLogger),
  }
}
