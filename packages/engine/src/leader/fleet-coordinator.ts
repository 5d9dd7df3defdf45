import { createShardedCoordinator, type ShardedCoordinator, type ShardedCoordinatorOptions } from '@s3sched/coordinator'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import type { EngineOptions } from '../engine-options.ts'

export interface FleetCoordinatorDeps {
  readonly store: ObjectStore
  readonly options: EngineOptions
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Interval at which an instance without runs rewrites its member object, in ms. */
const MEMBER_REFRESH_MS = 900_000

/** The coordinator that the scheduler's options ask for. */
export function createFleetCoordinator(
  { clock, logger, options, random, store }: FleetCoordinatorDeps,
  own: Required<Pick<ShardedCoordinatorOptions, 'instance' | 'payload' | 'drain' | 'past'>>,
): ShardedCoordinator {
  const { coldStartObservationWindow, heartbeatInterval, host, shards, skipColdStart, workerId } = options
  return createShardedCoordinator(store, {
    shards,
    heartbeatInterval,
    coldStartObservationWindow,
    skipColdStart,
    memberRefreshInterval: Math.max(MEMBER_REFRESH_MS, heartbeatInterval),
    ...(workerId === undefined ? {} : { workerId }),
    ...own,
    clock,
    random,
    logger,
    host,
  })
}
