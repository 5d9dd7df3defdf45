/**
 * The text of a job's index entry: the ETag of the job's record, shortened, and the second from which the job's ticks
 * count. The width is fixed, so that the jobs of a section are a single string instead of thousands of objects.
 */
/** An index entry: a record matching the code's definition of the job. */
export interface VouchedRecord {
  /** `hash53` of the record's ETag. */
  readonly etagHash: number
  /** The job's ticks at or before this instant do not count any more; epoch ms. */
  readonly from: number
}

/** An ETag may be any text; 53 bits are enough to tell two ETags apart. */
const ETAG_WIDTH = 9
const SECOND_WIDTH = 6

/** Characters per job. */
export const ENTRY_WIDTH: number = ETAG_WIDTH + SECOND_WIDTH

/** Six bits per digit. */
const DIGITS = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~', (digit) =>
  digit.charCodeAt(0),
)
const MOST_SECONDS = 64 ** SECOND_WIDTH - 1

/** The value of a digit, by its character code. */
const VALUES = new Int8Array(128).fill(-1)
for (const [value, code] of DIGITS.entries()) VALUES[code] = value

/** The entry of a job whose record must be read. */
const NOTHING = '.'.repeat(ENTRY_WIDTH)

export function indexEntry(vouched: VouchedRecord | undefined): string {
  if (vouched === undefined) return NOTHING
  // Rounded down: an earlier bound costs at most one needless read.
  const seconds = Math.floor(vouched.from / 1000)
  if (!(seconds >= 0 && seconds <= MOST_SECONDS)) return NOTHING
  return digitsOf(vouched.etagHash, ETAG_WIDTH) + digitsOf(seconds, SECOND_WIDTH)
}

/**
 * @returns the instant from which the job's ticks count, epoch ms; `undefined` unless the entry was made with `etag`
 */
export function readIndexEntry(section: string, index: number, etag: string): number | undefined {
  const from = index * ENTRY_WIDTH
  if (readDigits(section, from, ETAG_WIDTH) !== hash53(etag)) return undefined
  const seconds = readDigits(section, from + ETAG_WIDTH, SECOND_WIDTH)
  return seconds === undefined ? undefined : seconds * 1000
}

/** @returns `undefined` for any other text */
function readDigits(text: string, from: number, width: number): number | undefined {
  let value = 0
  for (let at = from; at < from + width; at++) {
    const digit = VALUES[text.charCodeAt(at)] ?? -1
    if (digit < 0) return undefined
    value = value * 64 + digit
  }
  return value
}

/** Ten times as fast as `toString(36)`: the difference matters for 100,000 jobs. */
function digitsOf(value: number, width: number): string {
  const codes: number[] = []
  for (let unit = 64 ** (width - 1); unit >= 1; unit /= 64) codes.push(DIGITS[Math.floor(value / unit) % 64] ?? 0)
  return String.fromCharCode(...codes)
}

/**
 * The hash cyrb53: two multiplicative hashes of 32 bits, mixed. Not collision-proof against an adversary, who would
 * have to write to the bucket and could then change the records anyway.
 */
export function hash53(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return 2 ** 32 * (2_097_151 & low) + (high >>> 0)
}
