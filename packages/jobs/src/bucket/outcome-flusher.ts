import { decideFlush, flushPage, resolveFlushOptions, type ResolvedFlushOptions } from '@s3sched/history/segments'
import { messageOf, type Logger } from '@s3sched/kernel'
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

/** How long the removal of flushed outcomes may wait for another change of the page, in ms. */
const DROP_WITHIN_MS = 10_000

/**
 * Moves outcomes out of pages into segments: after a commit that made a page large, and on request for outcomes that are
 * old. The outcomes leave the page only after the segments are written, with the next commit of the page.
 */
export class OutcomeFlusher {
  readonly #deps: OutcomeFlusherDeps
  readonly #options: ResolvedFlushOptions
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(deps: OutcomeFlusherDeps) {
    this.#deps = deps
    this.#options = resolveFlushOptions()
    deps.ledger.on('committed', ({ entries, page }) => {
      if (entries.chars >= this.#options.maxBytes) void this.#flush(page)
    })
  }

  /** Moves what is old out of the pages: 1 PUT for each segment, and 1 for each page. Never rejects. */
  async flushOld(isOurs: (page: PageView<JobRecord>) => boolean): Promise<void> {
    for (const page of this.#deps.ledger.knownPages()) if (isOurs(page)) await this.#flush(page.name)
  }

  /** Resolves when no flush is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values())
  }

  #flush(page: string): Promise<void> {
    const known = this.#underWay.get(page)
    if (known !== undefined) return known
    const flushing = this.#flushNow(page)
      .catch((error: unknown) =>
        // The outcomes stay in the page, and the next commit asks again.
        this.#deps.logger.warn(`outcomes of runs could not be moved out of a page yet: ${messageOf(error)}`, { error }),
      )
      .finally(() => this.#underWay.delete(page))
    this.#underWay.set(page, flushing)
    return flushing
  }

  async #flushNow(page: string): Promise<void> {
    const { ledger, now, store } = this.#deps
    const view = ledger.knownPage(page)
    if (view === undefined) return
    const decision = decideFlush(outcomesIn(view), now(), this.#options)
    if (decision.flush === 'later' || decision.outcomes.length === 0) return
    const drop = await flushPage(store, { page: segmentPageOf(page), outcomes: decision.outcomes })
    await ledger.dropEntries(page, drop, { withinMs: DROP_WITHIN_MS })
  }
}
