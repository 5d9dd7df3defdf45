/** Carries out the decisions of `decide-promotion.ts` for each job of a shard. */
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import { decidePromotion, type InheritedLease, type Listed } from './decide-promotion.ts'
import type { PreviousTerm } from './follow-coordinator.ts'
import type { KnownJob } from './known-job.ts'
import type { SharedList } from './shared-list.ts'

export interface PromoteDeps extends Pick<Bucket, 'records' | 'marker'> {
  readonly engine: TickEngine
  readonly lists: SharedList
  /** This instance's knowledge of a job. No request. */
  readonly known: (name: string) => KnownJob | undefined
  readonly scope: TermScope
}

/** The jobs of a term. */
export interface TermScope {
  readonly shard: number
  /** Tells whether the job belongs to the term. */
  readonly owns: (jobName: string) => boolean
}

/** Jobs decided in one turn of the event loop. */
const DECIDED_PER_TURN = 500

/**
 * Plans each job of the shard, or has the engine look at the job: 1 GET, and 1 LIST per 1,000 jobs.
 * @throws StoreError; the caller repeats the whole promotion then
 */
export async function promote(
  env: Pick<EngineEnv, 'serverClock'>,
  deps: PromoteDeps,
  previous: PreviousTerm | undefined,
  signal: AbortSignal,
): Promise<void> {
  const clock = env.serverClock.ticking()
  const { records, engine, lists, marker, scope } = deps
  const { hasChanged: isRedefined, seen } = await marker.look(signal, scope.shard)
  const lease = previous === undefined ? undefined : inheritedLease(previous)
  const undecided: string[] = []
  let decided = 0
  const decideEach = async (names: Iterable<string>, listedAs: (name: string) => Listed): Promise<void> => {
    for (const jobName of names) {
      if (!scope.owns(jobName)) continue
      const known = deps.known(jobName)
      const now = clock.now()
      const decision = decidePromotion({ jobName, known, listed: listedAs(jobName), lease, isRedefined, now })
      if (decision.act === 'look') engine.touch(jobName, decision.settledUpTo)
      else if (decision.act !== 'leave' && decision.plan !== undefined)
        engine.plan(jobName, decision.plan.schedule, decision.plan.after)
      if (decision.act === 'ask-again') undecided.push(jobName)
      if (++decided % DECIDED_PER_TURN === 0) await clock.sleep(0, signal)
    }
  }
  await decideEach(records.names(), () => 'awaited')
  const { changed } = await lists.list(signal)
  const changedByName = new Map(changed.map((record) => [record.name, record]))
  await decideEach(new Set([...undecided, ...changedByName.keys()]), (name) => changedByName.get(name) ?? 'same')
  seen()
}

function inheritedLease({ renewedAt, unclaimed, watermark }: PreviousTerm): InheritedLease {
  return { watermark, renewedAt, unclaimed: new Set(unclaimed) }
}
