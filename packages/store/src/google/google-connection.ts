import { checkEndpoint } from '../connection-endpoint.ts'
import { connectionError } from '../connection-error.ts'
import { takeParameters } from '../connection-parameters.ts'
import { normalPrefix } from '../connection-prefix.ts'

/** The address of a bucket of Google Cloud Storage. Credentials come from Google's default chain alone. */
export interface GoogleConnection {
  readonly kind: 'google'
  readonly bucket: string
  /** Empty, or ending in a slash. */
  readonly prefix: string
  /** Without a slash at the end. */
  readonly endpoint: string
}

const ENDPOINT = 'https://storage.googleapis.com'
const FORM = 'Write gs://bucket/prefix'

/** `gs://bucket[/prefix][?endpoint=…]`. */
export function parseGoogleConnection(connection: string, rest: string): GoogleConnection {
  const { path, parameters } = takeParameters(connection, rest, ['endpoint'])
  const [bucket = '', ...others] = path.split('/')
  if (bucket.includes('@') || bucket.includes(':')) {
    const advice = 'Set GOOGLE_APPLICATION_CREDENTIALS to a file of credentials, or use the identity of the machine'
    throw connectionError(connection, 'gs:// takes no credentials in the string', advice)
  }
  // The message does not name the bucket separately: a text in the wrong place may be a secret.
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) {
    throw connectionError(
      connection,
      "expected the bucket to be 3 or more small letters, digits, '.', '_' and '-'",
      FORM,
    )
  }
  const endpoint = parameters.get('endpoint') ?? ENDPOINT
  checkEndpoint(connection, endpoint)
  return {
    kind: 'google',
    bucket,
    prefix: normalPrefix(connection, others.join('/')),
    endpoint: endpoint.replace(/\/+$/, ''),
  }
}
