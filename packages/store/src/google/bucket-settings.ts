import { systemClock } from '@s3sched/kernel'
import { partBelow, type AgingRule, type BucketSettings } from '../bucket-settings.ts'
import { withinTime } from '../within-time.ts'
import { askGoogle } from './google-answer.ts'
import { connectGoogle } from './google-client.ts'
import type { GoogleConnection } from './google-connection.ts'

/** The time limit of the answer, ms. */
const TIMEOUT_MS = 10_000
const DAY_S = 86_400

/** The used part of a bucket's metadata. */
interface Metadata {
  readonly versioning?: { readonly enabled?: boolean }
  readonly lifecycle?: { readonly rule?: readonly Rule[] }
  readonly retentionPolicy?: { readonly retentionPeriod?: string }
  readonly softDeletePolicy?: { readonly retentionDurationSeconds?: string }
}

interface Rule {
  readonly action?: { readonly type?: string }
  readonly condition?: {
    readonly age?: number
    readonly isLive?: boolean
    readonly numNewerVersions?: number
    readonly daysSinceNoncurrentTime?: number
    readonly noncurrentTimeBefore?: string
    readonly daysSinceCustomTime?: number
    readonly customTimeBefore?: string
    readonly matchesPrefix?: readonly string[]
    readonly matchesSuffix?: readonly string[]
  }
}

/** 1 request, with the right `storage.buckets.get`. */
export async function inspectGoogleBucket(
  connection: GoogleConnection,
  { prefix, signal }: { readonly prefix: string; readonly signal?: AbortSignal | undefined },
): Promise<BucketSettings> {
  const fields = 'versioning,lifecycle,retentionPolicy,softDeletePolicy'
  const url = `${connection.endpoint}/storage/v1/b/${connection.bucket}?fields=${fields}`
  const bounds = { timeoutMs: TIMEOUT_MS, signal }
  try {
    return await withinTime(systemClock, 'reading the settings of the bucket', bounds, async (until) => {
      const response = await askGoogle({ ...(await connectGoogle(connection)), signal: until }, url)
      return settingsOf((await response.json()) as Metadata, connection.prefix + prefix)
    })
  } catch {
    signal?.throwIfAborted()
    return {
      versioning: undefined,
      expiresNoncurrent: undefined,
      agingRules: undefined,
      retentionDays: undefined,
      softDeleteDays: undefined,
    }
  }
}

function settingsOf(
  { lifecycle, retentionPolicy, softDeletePolicy, versioning }: Metadata,
  prefix: string,
): BucketSettings {
  const rules = (lifecycle?.rule ?? []).filter(({ action }) => action?.type === 'Delete')
  return {
    versioning: versioning?.enabled === true ? 'on' : 'off',
    expiresNoncurrent: rules.some((rule) => deletesNoncurrent(rule, prefix)),
    agingRules: rules.flatMap((rule) => agingRulesOf(rule, prefix)),
    retentionDays: daysOf(retentionPolicy?.retentionPeriod),
    softDeleteDays: daysOf(softDeletePolicy?.retentionDurationSeconds),
  }
}

function deletesNoncurrent(rule: Rule, prefix: string): boolean {
  const { matchesPrefix } = rule.condition ?? {}
  const isHere = matchesPrefix === undefined || matchesPrefix.some((ruled) => prefix.startsWith(ruled))
  return isOfOld(rule) && isHere
}

/** The classes of storage of Google Cloud can all be read at once, so that only deletions count. */
function agingRulesOf(rule: Rule, prefix: string): AgingRule[] {
  if (isOfOld(rule) || isOfOthers(rule)) return []
  const { age = 0, matchesPrefix = [''] } = rule.condition ?? {}
  return matchesPrefix.flatMap((ruled) => {
    const below = partBelow(prefix, ruled)
    return below === undefined ? [] : [{ does: 'delete', below, days: age }]
  })
}

function isOfOld({ condition = {} }: Rule): boolean {
  const { daysSinceNoncurrentTime, isLive, numNewerVersions } = condition
  return isLive === false || numNewerVersions !== undefined || daysSinceNoncurrentTime !== undefined
}

/** No object of s3sched has a custom time, and pages and leases end in `.json`. */
function isOfOthers({ condition = {} }: Rule): boolean {
  const { customTimeBefore, daysSinceCustomTime, matchesSuffix, noncurrentTimeBefore } = condition
  const isOfTimes = (daysSinceCustomTime ?? customTimeBefore ?? noncurrentTimeBefore) !== undefined
  return isOfTimes || matchesSuffix?.some((suffix) => 'page.json'.endsWith(suffix)) === false
}

function daysOf(seconds: string | undefined): number {
  return Number(seconds ?? 0) / DAY_S
}
