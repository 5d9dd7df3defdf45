/**
 * Defects of real servers. A server has one defect, or none.
 *
 * - `conditionsIgnored`: 200 to everything
 * - `createConditionIgnored`, `updateConditionIgnored`: only one of the two is ignored
 * - `racingCreates`, `racingUpdates`: right for single writers; several concurrent writers may win
 * - `ifMatchNeverMatches`: 412 to every If-Match, because the server takes the quotes as a part of the ETag
 * - `updateCreates`: If-Match on a key that does not exist makes the object
 * - `refusalInside200`: a refused condition is an error document inside a 200
 * - `tornReads`: the first read after an overwrite has the head of the new body and the tail of the old one
 * - `staleReads`: the first read after an overwrite gives the old object
 * - `newEtagOnOldBody`: the first read after an overwrite gives the old body under the new ETag
 * - `oldEtagOnNewBody`: the reverse, and harmless: a stale ETag only loses the race
 * - `rangesIgnored`: a request for a range is answered with the whole object; harmless
 * - `noListEtags`: no ETags in lists
 * - `unquotedEtags`: ETags without their quotes; harmless
 * - `checksumTrailer411`: 411 to a body with a checksum trailer
 * - `contentMd5Demanded`: 400 to a batch of deletes without a Content-MD5, even with another checksum
 * - `checksumDemanded`: 400 to a PUT without a checksum, as by Object Lock with a default retention
 * - `conditionalDelete501`, `conditionalDeleteIgnored`: 501 to a DELETE with a condition, or 204 and the object is
 *   deleted
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
  'rangesIgnored',
  'noListEtags',
  'unquotedEtags',
  'checksumTrailer411',
  'contentMd5Demanded',
  'checksumDemanded',
  'conditionalDelete501',
  'conditionalDeleteIgnored',
] as const

/** A wrong behaviour of a server of S3, one of {@link S3_WRONGS}. */
export type S3Wrong = (typeof S3_WRONGS)[number]
