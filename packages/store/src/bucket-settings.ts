/**
 * The setup of a bucket, as far as its credentials may read the setup. `undefined` stands for an unreadable setting.
 */
export interface BucketSettings {
  /** `suspended`: versioning was on once, and the old versions may still be there. */
  readonly versioning: 'on' | 'suspended' | 'off' | undefined
  /** True if a rule deletes versions below the connection's prefix some time after their replacement. */
  readonly expiresNoncurrent: boolean | undefined
  /** The number of days that the bucket forbids to replace or delete a new object; 0 without such a default. */
  readonly retentionDays: number | undefined
  /** The number of days that a replaced or deleted object is kept, and paid; 0 without soft delete. */
  readonly softDeleteDays: number | undefined
}
