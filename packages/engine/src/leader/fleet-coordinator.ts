import { createShardedCoordinator, type ShardedCoordinator, type ShardedCoordinatorOptions } from '@s3sched/coordinator'
import type { EngineEnv } from '../engine-env.ts'
import type { EngineOptions } from '../engine-options.ts'

/** Interval at which an instance without runs rewrites its member object, in ms. */
const MEMBER_REFRESH_MS = 900_000

/** The coordinator that the scheduler's options ask for. */
export function createFleetCoordinator(
  { clock, logger, random, self, store }: EngineEnv,
  { coldStartObservationWindow, heartbeatInterval, host, shards, skipColdStart }: EngineOptions,
  own: Required<Pick<ShardedCoordinatorOptions, 'payload' | 'drain' | 'past'>>,
): ShardedCoordinator {
  return createShardedCoordinator(store, {
    ...self,
    shards,
    heartbeatInterval,
    coldStartObservationWindow,
    skipColdStart,
    memberRefreshInterval: Math.max(MEMBER_REFRESH_MS, heartbeatInterval),
    ...own,
    clock,
    random,
    logger,
    host,
  })
}
