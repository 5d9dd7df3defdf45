import type { LeasePayload } from '@s3sched/lock'
import type { ObjectStore } from '@s3sched/store'
import type { Electorate } from './campaign.ts'
import { Candidacy, type CandidacyListener } from './candidacy.ts'
import type { ResolvedCoordinatorOptions } from './coordinator-options.ts'
import type { MemberList } from './member-list.ts'
import type { ShardPlaces } from './shard-places.ts'

export interface CandidacyParts {
  readonly store: ObjectStore
  readonly members: MemberList
  /** `undefined` with a single shard. */
  readonly places: ShardPlaces | undefined
}

/**
 * An instance's candidacy for the lease of one shard.
 *
 * The lease of a single shard is `leader.json`. Leases of several shards are `shards/<how many>/<which>.json`, so that
 * instances with different numbers of shards never confuse their leases and payloads.
 */
export function createCandidacy(
  shard: number,
  { members, places, store }: CandidacyParts,
  options: ResolvedCoordinatorOptions,
  listener: CandidacyListener,
): Candidacy {
  const { clock, drain, host, logger, past, payload, random, shards, ttlMs, workerId } = options
  const key = shards === 1 ? 'leader.json' : `shards/${shards}/${shard}.json`
  const electorate: Electorate = {
    recentIds: (withinMs) => (places ?? members).recentIds(withinMs),
    mayBeLed: async (ageMs) => past?.(shard).wasLed === true && (await members.hasElder(ageMs)),
  }
  return new Candidacy(
    { store, clock, random, logger, host, electorate },
    {
      key,
      workerId,
      ttlMs,
      heartbeatMs: options.heartbeatInterval,
      windowMs: options.coldStartObservationWindow,
      skipColdStart: options.skipColdStart,
      fenceAbove: past && ((): number => past(shard).epoch),
      payload: payload && ((): LeasePayload => payload(shard)),
      drain: drain && ((signal) => drain(signal, shard)),
      ...(places === undefined ? {} : { order: (ids) => places.order(ids, shard) }),
    },
    listener,
  )
}
