import { resolveRetention, type ResolvedRetention, type RetentionPolicy } from '@s3sched/history'
import {
  ByteCache,
  decideFlush,
  expiredOutcomes,
  expireOutcomes,
  flushPage,
  isDueByAge,
  parseOutcome,
  resolveFlushOptions,
  type PageOutcome,
  type ResolvedFlushOptions,
} from '@s3sched/history/segments'
import { mapParallel, messageOf, type Logger } from '@s3sched/kernel'
import type { PageView } from '@s3sched/ledger'
import type { ObjectStore } from '@s3sched/store'
import type { JobRecord } from '../record/job-record.ts'
import type { JobLedger } from './job-pages.ts'
import { outcomesIn, segmentPageOf } from './live-outcomes.ts'

export interface OutcomeFlusherDeps {
  readonly ledger: JobLedger
  readonly store: ObjectStore
  readonly logger: Logger
  /** Epoch ms, by the store's clock as far as known. */
  readonly now: () => number
}

/** The longest wait of the removal of flushed outcomes for another change of the page, in ms. */
const DROP_WITHIN_MS = 10_000
const PAGES_AT_ONCE = 16
/** An hour's segments of a fleet with 144,000 runs a day take 0.3 MB. */
const OWN_BYTES = 4_194_304
/** A look parses all outcomes of a page, so a page with nothing due is left alone for this time, in ms. */
const LOOK_AGAIN_MS = 15_000
/** Outcomes of the class that is not due are in the page too. */
const LOOK_NOW_SHARE = 9 / 8
/** A page that fills itself in this time is busy, in ms. */
const BUSY_MS = 10_000
/** A busy page is written many times a second, so fewer outcomes wait in it, and each write is shorter; bytes. */
const BUSY_BYTES = 65_536

function oldestIn(page: PageView<JobRecord> | undefined): PageOutcome | undefined {
  for (const { id, text } of page?.entries() ?? []) return parseOutcome(id, text)
  return undefined
}

/**
 * Moves outcomes out of pages into segments: after a commit that made a page large, and on request for outcomes that are
 * old. The outcomes leave the page only after the segments are written, with the next commit of the page. Outcomes that
 * the retention does not keep any longer leave the page without a segment.
 */
export class OutcomeFlusher {
  /** The newest segments of this process: the archive of the process reads the segments from here. */
  readonly own: ByteCache = new ByteCache(OWN_BYTES)
  readonly #deps: OutcomeFlusherDeps
  readonly #options: ResolvedFlushOptions = resolveFlushOptions()
  readonly #busyOptions: ResolvedFlushOptions = resolveFlushOptions({ maxBytes: BUSY_BYTES })
  readonly #retention: ResolvedRetention
  readonly #underWay = new Map<string, Promise<void>>()
  /** The time of the last look at each page. */
  readonly #lookedAt = new Map<string, number>()
  /** The size of each page's outcomes, as characters, at an instant of the last seconds. */
  readonly #sizes = new Map<string, { readonly at: number; readonly chars: number }>()
  #moves = 0

  constructor(deps: OutcomeFlusherDeps, retention?: RetentionPolicy) {
    this.#deps = deps
    this.#retention = resolveRetention(retention)
    deps.ledger.on('committed', ({ entries, page }) => {
      if (this.#isBusy(page, entries.chars)) void this.#flush(page, DROP_WITHIN_MS, this.#busyOptions)
      else if (this.#mayBeDue(page, entries.chars)) void this.#flush(page, DROP_WITHIN_MS)
    })
  }

  /** The number of times that this process has written segments. */
  get moves(): number {
    return this.#moves
  }

  /**
   * Moves what is old out of the pages: 1 PUT for each segment, and 1 for each page. Never rejects.
   * @param withinMs - how long the write of a page may wait for another change of the page
   */
  async flushOld(isOurs: (page: PageView<JobRecord>) => boolean, withinMs: number = DROP_WITHIN_MS): Promise<void> {
    const pages = [...this.#deps.ledger.knownPages()].filter((page) => isOurs(page))
    await mapParallel(pages, PAGES_AT_ONCE, ({ name }) => this.#flush(name, withinMs))
  }

  /** Resolves when no flush is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values())
  }

  #isBusy(page: string, chars: number): boolean {
    const now = this.#deps.now()
    const before = this.#sizes.get(page)
    if (before !== undefined && chars >= before.chars && Math.abs(now - before.at) < BUSY_MS)
      return chars - before.chars >= this.#busyOptions.maxBytes
    this.#sizes.set(page, { at: now, chars })
    return false
  }

  #mayBeDue(page: string, chars: number): boolean {
    const { maxBytes, minBytes } = this.#options
    if (chars >= LOOK_NOW_SHARE * maxBytes) return true
    if (chars < minBytes) return false
    const now = this.#deps.now()
    if (Math.abs(now - (this.#lookedAt.get(page) ?? -Infinity)) < LOOK_AGAIN_MS) return false
    this.#lookedAt.set(page, now)
    const oldest = oldestIn(this.#deps.ledger.knownPage(page))
    // The oldest outcome comes first: where its age is no reason, no other age is.
    return oldest === undefined || isDueByAge(oldest, now)
  }

  #flush(page: string, withinMs: number, options: ResolvedFlushOptions = this.#options): Promise<void> {
    const known = this.#underWay.get(page)
    if (known !== undefined) return known
    const flushing = this.#flushNow(page, withinMs, options)
      .catch((error: unknown) =>
        // The outcomes stay in the page, and the next commit asks again.
        this.#deps.logger.warn(`outcomes of runs could not be moved out of a page yet: ${messageOf(error)}`, { error }),
      )
      .finally(() => this.#underWay.delete(page))
    this.#underWay.set(page, flushing)
    return flushing
  }

  async #flushNow(page: string, withinMs: number, options: ResolvedFlushOptions): Promise<void> {
    const { ledger, now, store } = this.#deps
    const view = ledger.knownPage(page)
    if (view === undefined) return
    const all = outcomesIn(view)
    const expired = new Set(expiredOutcomes(all, this.#retention, now()))
    const kept = all.filter((outcome) => !expired.has(outcome))
    const decision = decideFlush(kept, now(), options)
    const outcomes = decision.flush === 'later' ? [] : decision.outcomes
    if (outcomes.length + expired.size === 0) return
    const gone = await expireOutcomes(store, [...expired])
    const moved = await flushPage(store, { page: segmentPageOf(page), outcomes }, {}, this.own)
    if (outcomes.length > 0) this.#moves += 1
    await ledger.dropEntries(page, [...gone, ...moved], { withinMs })
  }
}
