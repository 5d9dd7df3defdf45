import type { S3Client } from '@aws-sdk/client-s3'
import { silentLogger } from '@s3sched/kernel'
import type { BucketSettings } from '../bucket-settings.ts'
import { connectS3 } from './s3-client.ts'
import type { S3Connection } from './s3-connection.ts'

/** The time limit of one answer, ms. */
const TIMEOUT_MS = 10_000

/**
 * 3 requests, with the rights `s3:GetBucketVersioning`, `s3:GetLifecycleConfiguration` and
 * `s3:GetBucketObjectLockConfiguration`.
 */
export async function inspectS3Bucket(
  parsed: S3Connection,
  { prefix, signal }: { readonly prefix: string; readonly signal?: AbortSignal | undefined },
): Promise<BucketSettings> {
  const client = await connectS3(parsed, silentLogger)
  const call = { requestTimeout: TIMEOUT_MS, ...(signal === undefined ? {} : { abortSignal: signal }) }
  try {
    const [versioning, expiresNoncurrent, retentionDays] = await Promise.all([
      versioningOf(client, parsed.bucket, call),
      hasRule(client, parsed.bucket, parsed.prefix + prefix, call),
      retentionOf(client, parsed.bucket, call),
    ])
    signal?.throwIfAborted()
    return { versioning, expiresNoncurrent, retentionDays, softDeleteDays: 0 }
  } finally {
    client.destroy()
  }
}

interface Call {
  readonly requestTimeout: number
  readonly abortSignal?: AbortSignal
}

async function versioningOf(client: S3Client, Bucket: string, call: Call): Promise<BucketSettings['versioning']> {
  const { GetBucketVersioningCommand } = await import('#aws-sdk')
  const asked = client.send(new GetBucketVersioningCommand({ Bucket }), call)
  const answer = await settingOf(asked, '')
  if (answer === undefined) return undefined
  return answer?.Status === 'Enabled' ? 'on' : answer?.Status === 'Suspended' ? 'suspended' : 'off'
}

async function hasRule(client: S3Client, Bucket: string, prefix: string, call: Call): Promise<boolean | undefined> {
  const { GetBucketLifecycleConfigurationCommand } = await import('#aws-sdk')
  const asked = client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), call)
  const answer = await settingOf(asked, 'NoSuchLifecycleConfiguration')
  if (answer === undefined) return undefined
  return (answer?.Rules ?? []).some(({ Filter, NoncurrentVersionExpiration, Prefix, Status }) => {
    const isOfSome = Filter?.Tag !== undefined || Filter?.And !== undefined
    const below = Filter?.Prefix ?? Prefix ?? ''
    return Status === 'Enabled' && NoncurrentVersionExpiration !== undefined && !isOfSome && prefix.startsWith(below)
  })
}

async function retentionOf(client: S3Client, Bucket: string, call: Call): Promise<number | undefined> {
  const { GetObjectLockConfigurationCommand } = await import('#aws-sdk')
  const asked = client.send(new GetObjectLockConfigurationCommand({ Bucket }), call)
  const answer = await settingOf(asked, 'ObjectLockConfigurationNotFoundError')
  if (answer === undefined) return undefined
  const { Days = 0, Years = 0 } = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {}
  return Days + 365 * Years
}

/** `null` without such a setting, `undefined` when the server refuses the answer, or has no such settings. */
async function settingOf<T>(asked: Promise<T>, none: string): Promise<T | null | undefined> {
  try {
    return await asked
  } catch (error) {
    return (error as { name?: unknown }).name === none ? null : undefined
  }
}
