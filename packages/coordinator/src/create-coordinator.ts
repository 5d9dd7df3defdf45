import { openStore, type ObjectStore, type S3ClientConnection } from '@s3sched/store'
import { resolveCoordinatorOptions, type CoordinatorOptions } from './coordinator-options.ts'
import type { Coordinator } from './coordinator.ts'
import { StoreCoordinator } from './store-coordinator.ts'

/**
 * @param storeOrConnection - a store, a connection string such as `s3://bucket/prefix`, or an S3 client with a bucket
 * @throws S3SchedError `INVALID_OPTIONS` naming everything that is wrong; StoreError `INVALID_CONNECTION`
 * @example
 * const coordinator = createCoordinator('s3://bucket/my-app')
 * coordinator.on('promoted', ({ signal }) => consume(queue, signal))
 * await coordinator.start()
 * @example
 * const coordinator = createCoordinator('s3://bucket/my-app', { shards: 8 })
 * coordinator.on('promoted', ({ shard, signal }) => consume(partitions[shard], signal))
 * await coordinator.start()
 */
export function createCoordinator(
  storeOrConnection: ObjectStore | string | S3ClientConnection,
  options: CoordinatorOptions = {},
): Coordinator {
  const resolved = resolveCoordinatorOptions(options)
  const { clock, random, logger } = resolved
  const store = openStore(storeOrConnection, { clock, random, logger })
  return new StoreCoordinator(store, store !== storeOrConnection, resolved)
}
