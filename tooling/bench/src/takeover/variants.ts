import type { Contender } from '../contenders/contender.ts'
import type { MinioServer } from '../server/minio.ts'

export interface Variant {
  readonly name: string
  /** The two processes of one round, on an unused store or queue. */
  readonly contenders: () => Promise<readonly [Contender, Contender]>
  /** Time to fill queues and compile code. */
  readonly warmUpMs: number
  /** True when the process is also killed after its claims of the next tick. */
  readonly isKilledAhead: boolean
  /** Time of counting ticks after the first process's end. */
  readonly watchMs: number
  /** The checked promises: no doubled tick; for hot standby also no missed tick, and none later than 1.5 s. */
  readonly promises: 'nothing' | 'at most once' | 'hot standby'
}

export interface Servers {
  readonly minio: MinioServer | undefined
  readonly redis: string | undefined
  readonly postgres: string | undefined
}

const WARM_UP_MS = 8000
/** A leader looks for new members every 15 s, and a follower looks every 30 s for its name in the lease. */
const HOT_WARM_UP_MS = 50_000
const WATCH_MS = 30_000
/** A lease of three default heartbeats must be seen unchanged for as long before another instance leads. */
const COLD_WATCH_MS = 130_000

export function variantsOf({ minio, postgres, redis }: Servers): readonly Variant[] {
  const variants: Variant[] = []
  if (minio !== undefined) {
    for (const standby of ['hot', 'cold'] as const) {
      for (const overlap of ['allow', 'skip'] as const) {
        variants.push({
          name: `s3sched, standby '${standby}', overlap '${overlap}'`,
          contenders: async () => {
            const store = await minio.bucket()
            const instance = (workerId: string): Contender => ({
              name: 's3sched',
              store,
              settings: { overlap, standby, workerId },
            })
            return [instance('a'), instance('b')]
          },
          warmUpMs: standby === 'hot' ? HOT_WARM_UP_MS : WARM_UP_MS,
          isKilledAhead: standby === 'hot',
          watchMs: standby === 'hot' ? WATCH_MS : COLD_WATCH_MS,
          promises: standby === 'hot' ? 'hot standby' : 'at most once',
        })
      }
    }
  }
  if (redis !== undefined) variants.push(pair('BullMQ', (fresh) => ({ name: 'bullmq', redis: `${redis}/${fresh}` })))
  if (postgres !== undefined) {
    variants.push(pair('graphile-worker', () => ({ name: 'graphile-worker', postgres })))
    variants.push(pair('pg-boss', () => ({ name: 'pg-boss', postgres, queuedAt: 'ahead' })))
    variants.push(pair('pg-boss, queued on the tick', () => ({ name: 'pg-boss', postgres, queuedAt: 'tick' })))
  }
  return variants
}

/** Jobs of an earlier round have other ticks, so a queue can be used again; a Redis has 16 databases. */
function pair(name: string, contender: (fresh: number) => Contender): Variant {
  let rounds = 0
  return {
    name,
    contenders: async () => {
      const one = contender(rounds++ % 16)
      return [one, one]
    },
    warmUpMs: WARM_UP_MS,
    isKilledAhead: false,
    watchMs: WATCH_MS,
    promises: 'nothing',
  }
}
