import { wrongArgument } from '@s3sched/kernel'
import { inspectAzureContainer } from './azure/container-settings.ts'
import type { BucketSettings } from './bucket-settings.ts'
import { parseConnection } from './connection.ts'
import { inspectGoogleBucket } from './google/bucket-settings.ts'
import { inspectS3Bucket } from './s3/bucket-settings.ts'

/**
 * Reads the settings of the bucket in a connection string: 3 requests for S3, which need the rights
 * `s3:GetBucketVersioning`, `s3:GetLifecycleConfiguration` and `s3:GetBucketObjectLockConfiguration`; 1 request for
 * Google Cloud (`storage.buckets.get`) and for Azure (a right on the whole account).
 *
 * @returns `undefined` for a connection that is no bucket
 * @throws StoreError `INVALID_CONNECTION`; `signal.reason`
 */
export async function inspectBucket(
  connection: string,
  { prefix = '', signal }: { readonly prefix?: string; readonly signal?: AbortSignal } = {},
): Promise<BucketSettings | undefined> {
  if (typeof (connection as unknown) !== 'string') {
    throw wrongArgument('inspectBucket', 'a connection string', connection)
  }
  const parsed = parseConnection(connection)
  switch (parsed.kind) {
    case 's3':
      return inspectS3Bucket(parsed, { prefix, signal })
    case 'azure':
      return inspectAzureContainer(parsed, signal)
    case 'google':
      return inspectGoogleBucket(parsed, { prefix, signal })
    default:
      return undefined
  }
}
