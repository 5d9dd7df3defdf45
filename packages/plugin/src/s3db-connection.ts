import type { S3ClientConnection } from '@s3sched/store'

/** The part of the client of an s3db.js `Database` used here. */
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
  /**
   * The client's own HTTP handler; `null` if the AWS SDK client has no such handler, as for a client given by the
   * application.
   */
  readonly httpHandler?: unknown
  readonly client: S3ClientConnection['client']
}

/**
 * The bucket of an s3db.js `Database`, as a separate connection; `undefined` for any other value.
 *
 * The database's client is borrowed only if the application created it. The HTTP handler that s3db.js puts into its own
 * client repeats PUTs and shares answers between GETs, which breaks conditional writes (docs/adr/0052).
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

/** The memory and file clients of s3db.js have settings too, but no SDK client inside: see `store-beside.ts`. */
function clientOf(database: unknown): S3dbClient | undefined {
  const { client } = (database ?? {}) as { readonly client?: Partial<S3dbClient> }
  const bucket: unknown = client?.config?.bucket
  return typeof bucket === 'string' && isSdkClient(client?.client) ? (client as S3dbClient) : undefined
}

function isSdkClient(value: unknown): value is S3ClientConnection['client'] {
  return typeof value === 'object' && value !== null && typeof (value as { send?: unknown }).send === 'function'
}
