import type { LifecycleRule, S3Client } from '@aws-sdk/client-s3'
import { silentLogger } from '@s3sched/kernel'
import { partBelow, type AgingRule, type BucketSettings } from '../bucket-settings.ts'
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
    const [versioning, rules, retentionDays] = await Promise.all([
      versioningOf(client, parsed.bucket, call),
      rulesOf(client, parsed.bucket, call),
      retentionOf(client, parsed.bucket, call),
    ])
    signal?.throwIfAborted()
    const whole = parsed.prefix + prefix
    return {
      versioning,
      expiresNoncurrent: rules?.some((rule) => deletesNoncurrent(rule, whole)),
      agingRules: rules?.flatMap((rule) => agingRulesOf(rule, whole)),
      retentionDays,
      softDeleteDays: 0,
    }
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

/** The enabled rules for objects without tags: no object of s3sched has a tag. */
async function rulesOf(client: S3Client, Bucket: string, call: Call): Promise<readonly LifecycleRule[] | undefined> {
  const { GetBucketLifecycleConfigurationCommand } = await import('#aws-sdk')
  const asked = client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), call)
  const answer = await settingOf(asked, 'NoSuchLifecycleConfiguration')
  if (answer === undefined) return undefined
  return (answer?.Rules ?? []).filter(
    ({ Filter, Status }) => Status === 'Enabled' && Filter?.Tag === undefined && Filter?.And?.Tags === undefined,
  )
}

function prefixOf({ Filter, Prefix }: LifecycleRule): string {
  return Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? ''
}

function deletesNoncurrent(rule: LifecycleRule, prefix: string): boolean {
  // A bound of the size leaves versions of the other sizes.
  const isOfSome = rule.Filter?.And !== undefined
  return rule.NoncurrentVersionExpiration !== undefined && !isOfSome && prefix.startsWith(prefixOf(rule))
}

/** The classes of storage from which a GET gives nothing. */
const UNREADABLE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE'])

function agingRulesOf(rule: LifecycleRule, prefix: string): AgingRule[] {
  const below = partBelow(prefix, prefixOf(rule))
  if (below === undefined) return []
  const { Expiration, Transitions = [] } = rule
  const archives = Transitions.filter(({ StorageClass }) => UNREADABLE_CLASSES.has(StorageClass ?? ''))
  const deletes = Expiration?.Days !== undefined || Expiration?.Date !== undefined ? [Expiration] : []
  return [
    ...deletes.map(({ Days }): AgingRule => ({ does: 'delete', below, days: Days ?? 0 })),
    ...archives.map(({ Days }): AgingRule => ({ does: 'archive', below, days: Days ?? 0 })),
  ]
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
