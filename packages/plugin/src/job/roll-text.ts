/**
 * How one job stands in the roll: the ETag of its record, shortened, and the second from which its ticks count. Of fixed width, so
 * that the jobs of a section are one string and not thousands of objects.
 */
import type { VouchedRecord } from './job-roll.ts'

/** An ETag may be anything; 53 bits of it tell one from another. */
const ETAG_WIDTH = 9
const SECOND_WIDTH = 6

/** Characters of each job. */
export const ENTRY_WIDTH: number = ETAG_WIDTH + SECOND_WIDTH

/** Six bits each. */
const DIGITS = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~', (digit) =>
  digit.charCodeAt(0),
)
const MOST_SECONDS = 64 ** SECOND_WIDTH - 1

/** By the code of a digit: what it stands for. */
const VALUES = new Int8Array(128).fill(-1)
for (const [value, code] of DIGITS.entries()) VALUES[code] = value

/** In the place of a job whose record has to be read. */
const NOTHING = '.'.repeat(ENTRY_WIDTH)

export function rollEntry(vouched: VouchedRecord | undefined): string {
  if (vouched === undefined) return NOTHING
  // Cut off: an earlier bound costs at most a look too many.
  const seconds = Math.floor(vouched.from / 1000)
  if (!(seconds >= 0 && seconds <= MOST_SECONDS)) return NOTHING
  return digitsOf(vouched.etagHash, ETAG_WIDTH) + digitsOf(seconds, SECOND_WIDTH)
}

/** @returns from when on its ticks count, epoch ms; `undefined` unless `etag` is the one that the entry was made with */
export function readRollEntry(section: string, index: number, etag: string): number | undefined {
  const from = index * ENTRY_WIDTH
  if (readDigits(section, from, ETAG_WIDTH) !== hash53(etag)) return undefined
  const seconds = readDigits(section, from + ETAG_WIDTH, SECOND_WIDTH)
  return seconds === undefined ? undefined : seconds * 1000
}

/** @returns `undefined` when something else stands there */
function readDigits(text: string, from: number, width: number): number | undefined {
  let value = 0
  for (let at = from; at < from + width; at++) {
    const digit = VALUES[text.charCodeAt(at)] ?? -1
    if (digit < 0) return undefined
    value = value * 64 + digit
  }
  return value
}

/** Ten times as fast as `toString(36)`, which 100,000 jobs would notice. */
function digitsOf(value: number, width: number): string {
  const codes: number[] = []
  for (let unit = 64 ** (width - 1); unit >= 1; unit /= 64) codes.push(DIGITS[Math.floor(value / unit) % 64] ?? 0)
  return String.fromCharCode(...codes)
}

/** The hash cyrb53: two multiplicative hashes of 32 bits, mixed. Not against an adversary: who could fool it can write what it stands for. */
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
