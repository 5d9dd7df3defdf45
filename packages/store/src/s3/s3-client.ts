import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { Logger } from '@s3sched/kernel'
import type { S3Connection } from './s3-connection.ts'

/** Enough sockets for the requests of one scheduler; more requests would only queue at the server. */
const MAX_SOCKETS = 50

/**
 * A client for a connection, with one attempt per call: the driver retries by itself, because only the driver can tell
 * whether a failed conditional write has landed. Only this function loads the SDK.
 */
export async function connectS3(connection: S3Connection, logger: Logger): Promise<S3Client> {
  const [{ S3Client: Client }, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/node-http-handler'),
  ])
  const { region, endpoint, profile, forcePathStyle, requestChecksumCalculation, credentials } = connection
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  const config: S3ClientConfig = {
    forcePathStyle,
    requestChecksumCalculation,
    responseChecksumValidation: requestChecksumCalculation,
    maxAttempts: 1,
    retryMode: 'standard',
    // Timeouts come from the caller's clock, as abort signals. Without `logger` the SDK warns of a socket shortage on
    // the console.
    requestHandler: new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent, socketTimeout: 0, logger }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials: credentials() }),
  }
  return new Client(config)
}
