/**
 * How one job stands in the roll: the ETag of its record, shortened, and the second from which its ticks count. Of fixed width, so
 * that the jobs of a section are one string and not thousands of objects.
 */
import type { VouchedRecord } from './job-roll.ts'

const ETAG_WIDTH = 11
const SECOND_WIDTH = 7
const MOST_SECONDS = 36 ** SECOND_WIDTH - 1

/** Characters of each job. */
export const ENTRY_WIDTH: number = ETAG_WIDTH + SECOND_WIDTH

/** In the place of a job whose record has to be read. */
const NOTHING = '.'.repeat(ENTRY_WIDTH)

export function rollEntry(vouched: VouchedRecord | undefined): string {
  if (vouched === undefined) return NOTHING
  // Cut off: an earlier bound costs at most a look too many.
  const seconds = Math.floor(vouched.from / 1000)
  if (!(seconds >= 0 && seconds <= MOST_SECONDS)) return NOTHING
  return shortEtag(vouched.etag) + seconds.toString(36).padStart(SECOND_WIDTH, '0')
}

/** @returns from when on its ticks count, epoch ms; `undefined` unless `etag` is the one that the entry was made with */
export function readRollEntry(section: string, index: number, etag: string): number | undefined {
  const from = index * ENTRY_WIDTH
  if (!section.startsWith(shortEtag(etag), from)) return undefined
  const seconds = Number.parseInt(section.slice(from + ETAG_WIDTH, from + ENTRY_WIDTH), 36)
  return Number.isNaN(seconds) ? undefined : seconds * 1000
}

/** An ETag may be anything; 53 bits of it tell one from another. */
function shortEtag(etag: string): string {
  return hash53(etag).toString(36).padStart(ETAG_WIDTH, '0')
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
