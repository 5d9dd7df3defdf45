import { startPostgres, startRedis } from '@s3sched-tooling/engines'
import type { Contender } from '../contenders/contender.ts'
import { startMinio, type MinioServer } from '../server/minio.ts'

export interface Servers {
  readonly minio: MinioServer | undefined
  /** The queues whose server is on this machine, by the names for people. */
  readonly peers: ReadonlyMap<string, Contender>
  readonly stop: () => Promise<unknown>
}

/** Starts the servers installed on the machine. */
export async function startServers(): Promise<Servers> {
  const [minio, redis, postgres] = await Promise.all([startMinio(), startRedis(), startPostgres()])
  const peers = new Map<string, Contender>()
  if (redis !== undefined) peers.set('BullMQ', { name: 'bullmq', redis: redis.url })
  if (postgres !== undefined) {
    peers.set('pg-boss', { name: 'pg-boss', queuedAt: 'tick', postgres: postgres.url })
    peers.set('graphile-worker', { name: 'graphile-worker', postgres: postgres.url })
  }
  return { minio, peers, stop: () => Promise.all([minio?.stop(), redis?.stop(), postgres?.stop()]) }
}
