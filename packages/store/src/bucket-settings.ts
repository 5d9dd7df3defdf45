/**
 * The setup of a bucket, as far as its credentials may read the setup. `undefined` stands for an unreadable setting.
 */
export interface BucketSettings {
  /** `suspended`: versioning was on once, and the old versions may still be there. */
  readonly versioning: 'on' | 'suspended' | 'off' | undefined
  /** True if a rule deletes versions below the connection's prefix some time after their replacement. */
  readonly expiresNoncurrent: boolean | undefined
  /** The rules that delete present objects below the connection's prefix, or put them where no request reads them. */
  readonly agingRules: readonly AgingRule[] | undefined
  /** The number of days that the bucket forbids to replace or delete a new object; 0 without such a default. */
  readonly retentionDays: number | undefined
  /** The number of days that a replaced or deleted object is kept, and paid; 0 without soft delete. */
  readonly softDeleteDays: number | undefined
}

/** A rule of a bucket for objects that were not written for a while. */
export interface AgingRule {
  readonly does: 'delete' | 'archive'
  /** The part of the prefix that the rule is for, such as `segments/`; empty for all of the prefix. */
  readonly below: string
  /** The number of days since the last write of an object. */
  readonly days: number
}

/** The part of `prefix` that a rule for keys with the prefix `ruled` is for; `undefined` for none. */
export function partBelow(prefix: string, ruled: string): string | undefined {
  if (prefix.startsWith(ruled)) return ''
  return ruled.startsWith(prefix) ? ruled.slice(prefix.length) : undefined
}
