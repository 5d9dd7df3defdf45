/**
 * Decides which segments go. Pure: the keys and the ages in the store decide, and nothing is read.
 *
 * Segments go whole. A flush puts failures apart, so that a segment has one age limit: `maxAgeMs`, or `failedMaxAgeMs`
 * when any run in it failed, timed out, was cancelled or lost. Both the newest tick and the write must be older.
 *
 * A verdict, such as `lost`, may have a late truth in another segment. Without the truth the verdict would be believed
 * again, so the truth may not go first: a segment stays as long as a remaining segment with a verdict shares its time.
 * Such segments are few, and no span is longer than a day, so that little stays longer than its limit. Both may go in
 * one prune, the segments with verdicts first: a prune that dies in between leaves the truth.
 */
import { retentionClassOf, type ResolvedRetention } from '../retention.ts'
import { rankOf } from '../run-status.ts'
import type { SegmentKey } from './segment-key.ts'
import { TimeSpans } from './time-spans.ts'

/** A segment in a LIST. */
export interface ListedSegment extends SegmentKey {
  /** Key of the object. */
  readonly key: string
  /** By the store's clock, epoch ms. */
  readonly lastModified: number
}

export interface PruneDecision {
  /** Deletable segments with verdicts, before the segments without. */
  readonly first: readonly ListedSegment[]
  /** Segments without verdicts that may go. */
  readonly afterwards: readonly ListedSegment[]
  /** More segments may go than the limit allows. */
  readonly more: boolean
}

const FINAL = rankOf('success')

export class PrunePlan {
  readonly #retention: ResolvedRetention
  /** The times of the verdicts that stay. */
  readonly #verdicts = new TimeSpans()
  readonly #expired = { withVerdicts: [] as ListedSegment[], others: [] as ListedSegment[] }

  constructor(retention: ResolvedRetention) {
    this.#retention = retention
  }

  /** Takes notice of a segment. @param now - the smaller of the own clock and the store's, epoch ms */
  see(segment: ListedSegment, now: number): void {
    const kind = hasVerdict(segment) ? 'withVerdicts' : 'others'
    if (this.#isExpired(segment, now)) this.#expired[kind].push(segment)
    else if (kind === 'withVerdicts') this.#verdicts.add(segment.oldest, segment.newest)
  }

  /**
   * The decision, once all segments that may have expired, and all of the same days, were seen.
   * @param limit - the most segments to name, the oldest
   */
  decide(limit: number): PruneDecision {
    const first = this.#settle().toSorted(byTime)
    // A verdict that can't go yet may have the truth in a segment without verdicts.
    if (first.length > limit) return { first: first.slice(0, limit), afterwards: [], more: true }
    const others = this.#expired.others.filter(({ newest, oldest }) => !this.#verdicts.touch(oldest, newest))
    const afterwards = others.toSorted(byTime).slice(0, limit - first.length)
    return { first, afterwards, more: afterwards.length < others.length }
  }

  #isExpired({ lastModified, newest, statuses }: ListedSegment, now: number): boolean {
    const isFailed = [...statuses].some((status) => retentionClassOf(status) === 'failed')
    const maxAgeMs = isFailed ? this.#retention.failedMaxAgeMs : this.#retention.maxAgeMs
    return now - newest > maxAgeMs && now - lastModified > maxAgeMs
  }

  /** The expired segments with verdicts that no staying verdict touches. A staying segment has verdicts of its own. */
  #settle(): ListedSegment[] {
    let going = this.#expired.withVerdicts
    for (;;) {
      const staying = going.filter(({ newest, oldest }) => this.#verdicts.touch(oldest, newest))
      if (staying.length === 0) return going
      for (const { newest, oldest } of staying) this.#verdicts.add(oldest, newest)
      const stays = new Set(staying)
      going = going.filter((segment) => !stays.has(segment))
    }
  }
}

function byTime(a: SegmentKey, b: SegmentKey): number {
  return a.newest - b.newest
}

function hasVerdict({ statuses }: SegmentKey): boolean {
  return [...statuses].some((status) => rankOf(status) < FINAL)
}
