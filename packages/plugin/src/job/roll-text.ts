/**
 * How one job stands in the roll: the ETag of its record, shortened, and the second from which its ticks count. Of fixed width, so
 * that the jobs of a section are one string and not thousands of objects.
 */
import type { VouchedRecord } from './job-roll.ts'

const ETAG_WIDTH = 9
const SECOND_WIDTH = 6

/** Characters of each job. */
export const ENTRY_WIDTH: number = ETAG_WIDTH + SECOND_WIDTH

/** Six bits each. */
const DIGITS = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~', (digit) =>
  digit.charCodeAt(0),
)
const MOST_SECONDS = 64 ** SECOND_WIDTH - 1

/** In the place of a job whose record has to be read. */
const NOTHING = '.'.repeat(ENTRY_WIDTH)

export function rollEntry(vouched: VouchedRecord | undefined): string {
  if (vouched === undefined) return NOTHING
  // Cut off: an earlier bound costs at most a look too many.
  const seconds = Math.floor(vouched.from / 1000)
  if (!(seconds >= 0 && seconds <= MOST_SECONDS)) return NOTHING
  return shortEtag(vouched.etag) + digitsOf(seconds, SECOND_WIDTH)
}

/** @returns from when on its ticks count, epoch ms; `undefined` unless `etag` is the one that the entry was made with */
export function readRollEntry(section: string, index: number, etag: string): number | undefined {
  const from = index * ENTRY_WIDTH
  if (!section.startsWith(shortEtag(etag), from)) return undefined
  let seconds = 0
  for (let at = from + ETAG_WIDTH; at < from + ENTRY_WIDTH; at++) {
    const digit = DIGITS.indexOf(section.charCodeAt(at))
    if (digit < 0) return undefined
    seconds = seconds * 64 + digit
  }
  return seconds * 1000
}

/** An ETag may be anything; 53 bits of it tell one from another. */
function shortEtag(etag: string): string {
  return digitsOf(hash53(etag), ETAG_WIDTH)
}

/** Ten times as fast as `toString(36)`, which 100,000 jobs would notice. */
function digitsOf(value: number, width: number): string {
  const codes: number[] = []
  let rest = value
  for (let at = 0; at < width; at++) {
    const next = Math.floor(rest / 64)
    codes.push(DIGITS[rest - 64 * next] ?? 0)
    rest = next
  }
  return String.fromCharCode(...codes.toReversed())
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
