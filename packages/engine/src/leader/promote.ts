/** Carries out the decisions of `decide-promotion.ts` for each job of a shard. */
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from '../runs/authority.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import { decidePromotion } from './decide-promotion.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { KnownJob } from '../definitions/known-job.ts'

export interface PromoteDeps extends Pick<Bucket, 'records' | 'marker'> {
  readonly engine: TickEngine
  /** This instance's knowledge of a job. No request. */
  readonly known: (name: string) => KnownJob | undefined
  readonly scope: Pick<TermScope, 'owns' | 'shard'>
}

/** The jobs of a term, and the right by which the term starts these jobs. */
export interface TermScope {
  readonly authority: Authority
  readonly shard: number
  /** Tells whether the job belongs to the term. */
  readonly owns: (jobName: string) => boolean
}

/** Jobs decided in one turn of the event loop. */
const DECIDED_PER_TURN = 500

/**
 * Plans each job of the shard, or has the engine look at the job: 1 GET, and the requests of
 * {@link RecordCache.loadAll}.
 * @throws StoreError; the caller repeats the whole promotion then
 */
export async function promote(
  env: Pick<EngineEnv, 'serverClock'>,
  deps: PromoteDeps,
  previous: PreviousTerm | undefined,
  signal: AbortSignal,
): Promise<void> {
  const clock = env.serverClock.ticking()
  const { engine, known, marker, records, scope } = deps
  const bump = await marker.read(signal)
  await records.loadAll(signal)
  let decided = 0
  for (const name of records.names()) {
    if (!scope.owns(name)) continue
    const job = known(name)
    const decision = decidePromotion(job, clock.now())
    if (decision.act === 'look') engine.touch(name, job?.after ?? previous?.watermark)
    else if (decision.act === 'plan') engine.plan(name, decision.schedule, decision.after)
    if (++decided % DECIDED_PER_TURN === 0) await clock.sleep(0, signal)
  }
  marker.seen(bump, scope.shard)
}
