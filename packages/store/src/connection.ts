import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import { describe, didYouMean } from '@s3sched/kernel'
import { connectionError } from './connection-error.ts'
import { parseAzureConnection, type AzureConnection } from './azure/azure-connection.ts'
import { parseGoogleConnection, type GoogleConnection } from './google/google-connection.ts'
import { parseS3Connection, type S3Connection } from './s3/s3-connection.ts'
import { takeParameters } from './connection-parameters.ts'
import { normalPrefix } from './connection-prefix.ts'

/** A parsed and checked connection string. */
export type Connection =
  | { readonly kind: 'memory'; readonly name: string; readonly prefix: string }
  | { readonly kind: 'file'; readonly directory: string }
  | AzureConnection
  | GoogleConnection
  | S3Connection

// Credentials stand apart: a connection string with credentials is never shown whole, not even as an example.
const EXAMPLES =
  'memory://name, file:///directory, file://relative/directory, s3://bucket/prefix?region=eu-west-1, ' +
  's3://bucket/prefix?endpoint=https://host or https://host/bucket/prefix, with key:secret@ before the bucket or host, ' +
  'az://account/container/prefix, gs://bucket/prefix'

/**
 * Parses a connection string. Nothing is opened, and no network is used.
 *
 * @throws {@link StoreError} `INVALID_CONNECTION`; the message shows no secrets of the string.
 */
export function parseConnection(connection: string): Connection {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(connection)
  if (parts === null) {
    throw connectionError(connection, 'expected SCHEME://…', `Write one of ${EXAMPLES}`)
  }
  const [, scheme = '', rest = ''] = parts
  switch (scheme.toLowerCase()) {
    case 'memory':
      return parseMemory(connection, rest)
    case 'file':
      return parseFile(connection, rest)
    case 's3':
    case 'http':
    case 'https':
      return parseS3Connection(connection, scheme.toLowerCase() as 's3' | 'http' | 'https', rest)
    case 'az':
      return parseAzureConnection(connection, rest)
    case 'gs':
      return parseGoogleConnection(connection, rest)
    default: {
      const meant = didYouMean(scheme, ['memory', 'file', 's3', 'az', 'gs', 'http', 'https'])
      const hint = meant === undefined ? `Write one of ${EXAMPLES}` : `Did you mean '${meant}://'?`
      throw connectionError(connection, `unknown scheme ${describe(scheme)}`, hint)
    }
  }
}

function parseMemory(connection: string, rest: string): Connection {
  const { path } = takeParameters(connection, rest, [])
  const slash = path.indexOf('/')
  const name = slash < 0 ? path : path.slice(0, slash)
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw connectionError(connection, "expected a name of letters, digits, '.', '_' and '-'", 'Write memory://trial')
  }
  return { kind: 'memory', name, prefix: slash < 0 ? '' : normalPrefix(connection, path.slice(slash + 1)) }
}

function parseFile(connection: string, rest: string): Connection {
  const { path } = takeParameters(connection, rest, [])
  if (path === '') throw connectionError(connection, 'the directory is missing', 'Write file:///directory')
  try {
    // A relative path does not go through the URL parser: the parser would take the first segment for a host.
    const directory = path.startsWith('/')
      ? fileURLToPath(`file://${path.replaceAll('#', '%23')}`)
      : resolve(decodeURIComponent(path))
    if (directory.includes('\0')) throw new TypeError('it holds a zero byte')
    return { kind: 'file', directory }
  } catch (error) {
    const problem = `the directory can't be read (${(error as Error).message})`
    throw connectionError(connection, problem, 'Write file:///directory, with special characters percent-encoded')
  }
}
