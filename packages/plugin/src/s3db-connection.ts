import type { S3ClientConnection } from '@s3sched/store'

/** What is used here of the client of an s3db.js `Database`. */
interface S3dbClient {
  readonly config: {
    readonly bucket: string
    readonly keyPrefix?: string
    readonly region?: string
    readonly endpoint?: string
    readonly accessKeyId?: string
    readonly secretAccessKey?: string
    readonly sessionToken?: string
    readonly forcePathStyle?: boolean
  }
  /** Its own HTTP handler; `null` when it has none in the client of the AWS SDK, as in one that somebody gave it. */
  readonly httpHandler?: unknown
  readonly client: S3ClientConnection['client']
}

/**
 * The bucket of an s3db.js `Database`, as a connection of our own; `undefined` for anything else.
 *
 * Its client is only borrowed where somebody made it: the HTTP handler that s3db.js puts into its own repeats PUTs and
 * shares answers between GETs, on which no conditional write can rest (docs/adr/0052).
 */
export function s3dbConnection(database: unknown): string | S3ClientConnection | undefined {
  const client = clientOf(database)
  if (client === undefined) return undefined
  const {
    accessKeyId = '',
    bucket,
    endpoint,
    forcePathStyle,
    keyPrefix = '',
    region,
    secretAccessKey = '',
    sessionToken,
  } = client.config
  const prefix = keyPrefix === '' ? '' : `${keyPrefix.replace(/\/+$/, '')}/`
  const hasHandler = client.httpHandler !== undefined && client.httpHandler !== null
  if (!hasHandler) return { client: client.client, bucket, prefix }
  const keys = accessKeyId === '' ? '' : `${encodeURIComponent(accessKeyId)}:${encodeURIComponent(secretAccessKey)}@`
  const path = prefix.split('/').map(encodeURIComponent).join('/')
  const query = new URLSearchParams({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: String(forcePathStyle === true) }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
  return `s3://${keys}${bucket}${path === '' ? '' : `/${path}`}?${query.toString()}`
}

/** Its memory and file clients have settings too, but no client of the SDK within, and no conditional writes. */
function clientOf(database: unknown): S3dbClient | undefined {
  const { client } = (database ?? {}) as { readonly client?: Partial<S3dbClient> }
  const bucket: unknown = client?.config?.bucket
  return typeof bucket === 'string' && isSdkClient(client?.client) ? (client as S3dbClient) : undefined
}

function isSdkClient(value: unknown): value is S3ClientConnection['client'] {
  return typeof value === 'object' && value !== null && typeof (value as { send?: unknown }).send === 'function'
}
