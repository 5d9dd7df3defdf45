import { describe } from '@s3sched/kernel'
import { checkEndpoint } from '../connection-endpoint.ts'
import { connectionError } from '../connection-error.ts'
import { takeParameters } from '../connection-parameters.ts'
import { normalPrefix } from '../connection-prefix.ts'
import { splitUser } from '../connection-user.ts'

/** Credentials from a connection string. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const CHECKSUMS = ['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const
const ENCRYPTIONS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

/** The address and the credentials of a bucket. */
export interface S3Connection {
  readonly kind: 's3'
  readonly bucket: string
  /** Empty, or ending in a slash. */
  readonly prefix: string
  /** If absent: the SDK's own default, from the environment or the profile. */
  readonly region?: string
  /** If absent: AWS. */
  readonly endpoint?: string
  readonly forcePathStyle: boolean
  readonly profile?: string
  readonly requestChecksumCalculation: (typeof CHECKSUMS)[number]
  /** Named in each PUT. If absent: the bucket's own default encrypts. */
  readonly serverSideEncryption?: (typeof ENCRYPTIONS)[number]
  /** The key of `aws:kms`. If absent: the key of the account for S3. */
  readonly kmsKeyId?: string
  /**
   * A function, so that inspecting or serialising a connection can't show a secret. If absent: the SDK's default chain.
   */
  readonly credentials?: () => S3Credentials
}

const PARAMETERS = [
  'region',
  'endpoint',
  'forcePathStyle',
  'sessionToken',
  'profile',
  'requestChecksumCalculation',
  'serverSideEncryption',
  'kmsKeyId',
] as const

/** A host with a port. */
const SERVER = /^[\w.-]+:\d{1,5}$/

/** `s3://[key:secret@]bucket[/prefix][?…]` and `http[s]://[key:secret@]host[:port]/bucket[/prefix][?…]`. */
export function parseS3Connection(connection: string, scheme: 's3' | 'http' | 'https', rest: string): S3Connection {
  const { path: located, parameters } = takeParameters(connection, rest, PARAMETERS)
  const { user, path } = splitUser(connection, located)
  const [first = '', ...others] = path.split('/')
  if (scheme !== 's3' && parameters.has('endpoint')) {
    throw connectionError(
      connection,
      `'endpoint' contradicts the host of an ${scheme}:// connection`,
      'Keep one of them',
    )
  }
  const endpoint = scheme === 's3' ? parameters.get('endpoint') : `${scheme}://${first}`
  if (endpoint !== undefined) checkEndpoint(connection, endpoint)
  const bucket = scheme === 's3' ? first : others.shift()
  if (bucket === undefined || bucket === '') {
    const form = scheme === 's3' ? 's3://bucket/prefix' : `${scheme}://host/bucket/prefix`
    throw connectionError(connection, 'the bucket is missing', `Write ${form}`)
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$/.test(bucket)) {
    // The message does not name the bucket separately: with a forgotten '@' the text would be a secret.
    throw connectionError(
      connection,
      "expected the bucket to be 3 to 63 letters, digits, '.', '_' and '-'",
      scheme === 's3' && SERVER.test(bucket)
        ? 'That looks like a server: write http:// or https:// before it, and the bucket behind it'
        : 'Write s3://bucket/prefix, with key:secret@ before the bucket where credentials are needed',
    )
  }
  const credentials = credentialsOf(connection, user, parameters.get('sessionToken'))
  const profile = parameters.get('profile')
  if (profile !== undefined && credentials !== undefined) {
    throw connectionError(connection, "'profile' contradicts the credentials in the string", 'Keep one of them')
  }
  const pathStyle = choice(connection, parameters, 'forcePathStyle', ['true', 'false'])
  const serverSideEncryption = choice(connection, parameters, 'serverSideEncryption', ENCRYPTIONS)
  const kmsKeyId = parameters.get('kmsKeyId')
  if (kmsKeyId !== undefined && serverSideEncryption?.startsWith('aws:kms') !== true) {
    throw connectionError(
      connection,
      "'kmsKeyId' is the key of another serverSideEncryption",
      'Write serverSideEncryption=aws:kms beside it, or leave it out',
    )
  }
  const region = parameters.get('region') ?? (endpoint === undefined ? undefined : 'us-east-1')
  return {
    kind: 's3',
    bucket,
    prefix: normalPrefix(connection, others.join('/')),
    forcePathStyle: pathStyle === undefined ? endpoint !== undefined : pathStyle === 'true',
    requestChecksumCalculation:
      choice(connection, parameters, 'requestChecksumCalculation', CHECKSUMS) ?? 'WHEN_REQUIRED',
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(serverSideEncryption === undefined ? {} : { serverSideEncryption }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    ...(credentials === undefined ? {} : { credentials: () => credentials }),
  }
}

function credentialsOf(
  connection: string,
  user: string | undefined,
  sessionToken: string | undefined,
): S3Credentials | undefined {
  if (user === undefined) {
    if (sessionToken === undefined) return undefined
    throw connectionError(
      connection,
      "'sessionToken' needs the key and the secret that it belongs to",
      'Write key:secret@ before the bucket, or leave all three to the default chain',
    )
  }
  const colon = user.indexOf(':')
  if (colon <= 0 || colon === user.length - 1) {
    throw connectionError(connection, "expected 'key:secret' before the '@'", 'Leave both out to use the default chain')
  }
  try {
    return {
      accessKeyId: decodeURIComponent(user.slice(0, colon)),
      secretAccessKey: decodeURIComponent(user.slice(colon + 1)),
      ...(sessionToken === undefined ? {} : { sessionToken }),
    }
  } catch {
    throw connectionError(connection, "the credentials hold a '%' that is no encoding", "Write a '%' in them as %25")
  }
}

function choice<const T extends string>(
  connection: string,
  parameters: ReadonlyMap<string, string>,
  name: (typeof PARAMETERS)[number],
  choices: readonly T[],
): T | undefined {
  const value = parameters.get(name)
  if (value === undefined) return undefined
  const found = choices.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw connectionError(
    connection,
    `expected ${name} to be ${choices.join(' or ')}, got ${describe(value)}`,
    `Write ${name}=${choices[0]}, or leave the parameter out`,
  )
}
