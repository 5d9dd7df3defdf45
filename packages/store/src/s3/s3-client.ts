import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { Logger } from '@s3sched/kernel'
import type { S3Connection } from './s3-connection.ts'

/** Enough sockets for the requests of one scheduler; more requests would only queue at the server. */
const MAX_SOCKETS = 50

/**
 * Without a logger of ours the SDK copies the input and the output of every call, for the `info` of a logger that does
 * nothing. A logger without `info` gets no copy. The SDK calls `debug` and `warn` without asking for them first.
 */
const SDK_LOGGER = { debug: () => undefined, warn: () => undefined } as unknown as NonNullable<S3ClientConfig['logger']>

/** The SDK hands its configuration on to its readers of profiles, which would otherwise read each file only once. */
interface ClientConfig extends S3ClientConfig {
  readonly ignoreCache: boolean
}

/**
 * A client for a connection, with one attempt per call: the driver retries by itself, because only the driver can tell
 * whether a failed conditional write has landed. Only this function loads the SDK.
 */
export async function connectS3(connection: S3Connection, logger: Logger): Promise<S3Client> {
  const { NodeHttpHandler, S3Client: Client } = await import('#aws-sdk')
  const { region, endpoint, profile, forcePathStyle, requestChecksumCalculation, credentials } = connection
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  const config: ClientConfig = {
    ignoreCache: true,
    forcePathStyle,
    requestChecksumCalculation,
    responseChecksumValidation: requestChecksumCalculation,
    maxAttempts: 1,
    retryMode: 'standard',
    logger: SDK_LOGGER,
    // Timeouts come from the caller's clock, as abort signals. Without `logger` the SDK warns of a socket shortage on
    // the console.
    requestHandler: new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent, socketTimeout: 0, logger }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials: credentials() }),
  }
  const client = new Client(config)
  encryptPuts(client, connection)
  return client
}

/**
 * Names the encryption in each PUT: the policy of many a bucket denies a PUT without these headers, whatever the
 * default of the bucket is.
 */
function encryptPuts(client: S3Client, { kmsKeyId, serverSideEncryption }: S3Connection): void {
  if (serverSideEncryption === undefined) return
  const headers = {
    ServerSideEncryption: serverSideEncryption,
    ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }),
  }
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(commandName === 'PutObjectCommand' ? { ...args, input: { ...args.input, ...headers } } : args),
    { step: 'initialize', name: 's3schedEncryption' },
  )
}
