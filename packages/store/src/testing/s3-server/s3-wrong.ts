/**
 * Ways in which real servers are wrong. A server has one of them, or none.
 *
 * - `conditionsIgnored`: 200 to everything
 * - `createConditionIgnored`, `updateConditionIgnored`: only one of the two is ignored
 * - `racingCreates`, `racingUpdates`: right one at a time; of several at once, more than one may win
 * - `ifMatchNeverMatches`: 412 to every If-Match, since the quotes are taken as a part of the ETag
 * - `updateCreates`: If-Match on a key that does not exist makes the object
 * - `refusalInside200`: a refused condition is an error document inside a 200
 * - `tornReads`: the first read after an overwrite has the head of the new body and the tail of the old one
 * - `staleReads`: the first read after an overwrite gives the old object
 * - `newEtagOnOldBody`: the first read after an overwrite gives the old body under the new ETag
 * - `oldEtagOnNewBody`: the reverse, which is harmless: a stale ETag only loses the race
 * - `noListEtags`: no ETags in lists
 * - `unquotedEtags`: ETags without their quotes, which is harmless
 * - `checksumTrailer411`: 411 to a body with a checksum trailer
 * - `contentMd5Demanded`: 400 to a batch of deletes without a Content-MD5, whatever other checksum there is
 * - `checksumDemanded`: 400 to a PUT without a checksum, as by Object Lock with a default retention
 * - `conditionalDelete501`, `conditionalDeleteIgnored`: to a DELETE with a condition, 501, or a 204 that deleted
 */
export const S3_WRONGS = [
  'conditionsIgnored',
  'createConditionIgnored',
  'updateConditionIgnored',
  'racingCreates',
  'racingUpdates',
  'ifMatchNeverMatches',
  'updateCreates',
  'refusalInside200',
  'tornReads',
  'staleReads',
  'newEtagOnOldBody',
  'oldEtagOnNewBody',
  'noListEtags',
  'unquotedEtags',
  'checksumTrailer411',
  'contentMd5Demanded',
  'checksumDemanded',
  'conditionalDelete501',
  'conditionalDeleteIgnored',
] as const

export type S3Wrong = (typeof S3_WRONGS)[number]
