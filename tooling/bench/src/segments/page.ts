import type { RunRecord } from '@s3sched/history'
import {
  ByteCache,
  decideFlush,
  flushPage,
  prepareOutcome,
  resolveFlushOptions,
  type FlushOptions,
  type LivePages,
  type PageOutcome,
} from '@s3sched/history/segments'
import { systemRandom } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'

/** A page in memory, whose outcomes move into segments as its owner would move them. */
export interface Page {
  readonly live: LivePages
  /** The newest segments, as their writer keeps them. */
  readonly own: ByteCache
  readonly recordAll: (runs: readonly RunRecord[]) => Promise<void>
  readonly flush: () => Promise<void>
}

export function createPage(store: ObjectStore, flush: FlushOptions = {}): Page {
  const options = resolveFlushOptions(flush)
  const own = new ByteCache(4_194_304)
  let outcomes: PageOutcome[] = []
  const move = async (moving: readonly PageOutcome[]): Promise<void> => {
    const drop = new Set(await flushPage(store, { page: 'p', outcomes: moving }, {}, own))
    outcomes = outcomes.filter(({ id }) => !drop.has(id))
  }
  return {
    own,
    live: { pages: () => [{ page: 'p', outcomes }], pagesOf: () => ['p'] },
    flush: () => move(outcomes),
    async recordAll(runs) {
      for (const [n, run] of runs.entries()) {
        outcomes.push(await prepareOutcome({ store, random: systemRandom }, run))
        // A commit carries several outcomes, and decides once.
        if (n % 20 !== 19) continue
        const decision = decideFlush(outcomes, run.endedAt, options)
        if (decision.flush !== 'later') await move(decision.outcomes)
      }
    },
  }
}
