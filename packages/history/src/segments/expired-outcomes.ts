import type { ObjectStore } from '@s3sched/store'
import { mayGo, type ResolvedRetention } from '../retention.ts'
import { runNameOf, type PageOutcome } from './page-outcome.ts'
import { notePruned } from './pruned-mark.ts'

/**
 * The outcomes of a page that the retention does not keep any longer. The outcomes of one run go together: a verdict
 * must not outlive the real end of its run.
 * @param now - epoch ms
 */
export function expiredOutcomes(
  outcomes: readonly PageOutcome[],
  retention: ResolvedRetention,
  now: number,
): PageOutcome[] {
  const isOld = ({ run: { endedAt: lastModified, scheduledTime, status } }: PageOutcome): boolean =>
    mayGo({ lastModified, scheduledTime, status }, retention, now)
  const old = outcomes.filter(isOld)
  if (old.length === 0) return []
  const kept = new Set(outcomes.filter((outcome) => !isOld(outcome)).map(({ run }) => runNameOf(run)))
  return old.filter(({ run }) => !kept.has(runNameOf(run)))
}

/**
 * Notes that these outcomes are about to leave their page for ever: as for a prune (see `pruned-mark`), 1 GET and 1 PUT,
 * and no request without outcomes.
 * @returns the ids to take out of the page, in a write of the page that comes after this call
 * @throws StoreError; the outcomes stay in the page then
 */
export async function expireOutcomes(store: ObjectStore, outcomes: readonly PageOutcome[]): Promise<readonly string[]> {
  if (outcomes.length === 0) return []
  const latest = Math.max(...outcomes.map(({ run: { endedAt, scheduledTime } }) => Math.max(endedAt, scheduledTime)))
  await notePruned(store, latest, {})
  return outcomes.map(({ id }) => id)
}
