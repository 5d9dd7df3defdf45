import { silentLogger, type Clock, type Random } from '@s3sched/kernel'
import { SchedulerPlugin, type Job, type JobContext } from '@s3sched/plugin'
import { StoreError, type ObjectStore } from '@s3sched/store'
import { MachineClocks, SimulatedNode } from '../node.ts'
import type { World } from '../world.ts'

export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR

/** A short retention: what is kept for three times as long has its full size after four days. */
export const RETENTION: number = 24 * HOUR
const CLEANUP: number = 6 * HOUR

/** Sleeps end at multiples of this step, so that a month has fewer instants, ms. */
const STEP = 30_000

/** The jobs, and the durations of their actions, ms. */
const JOBS: Readonly<Record<string, { readonly tookMs: number; readonly fails?: number; readonly job: object }>> = {
  often: { tookMs: 3000, job: { schedule: '*/10 * * * *', catchUp: 'all' } },
  hourly: { tookMs: 30_000, job: { schedule: '5 * * * *' } },
  chained: { tookMs: 1000, job: { schedule: null, after: 'hourly' } },
  flaky: { tookMs: 500, fails: 0.5, job: { schedule: '*/15 * * * *', retries: 1, backoff: [2000], onLost: 'retry' } },
  long: { tookMs: 4 * MINUTE, job: { schedule: '*/20 * * * *', overlap: 'queue' } },
  cut: { tookMs: 10 * MINUTE, job: { schedule: '*/30 * * * *', timeout: MINUTE } },
  asked: { tookMs: 1000, job: { schedule: null } },
}

export interface InstanceDeps {
  readonly world: World
  readonly store: ObjectStore
  readonly random: Random
}

/** A process of the month: like the processes of the drawn runs, but with no memory beyond a real process. */
export class Instance {
  readonly node: SimulatedNode
  readonly scheduler: SchedulerPlugin<unknown>
  isCutOff = false
  isGone = false

  constructor(workerId: string, { random, store, world }: InstanceDeps) {
    this.node = new SimulatedNode(world, new MachineClocks(world, { rate: 1, skewMs: 0 }))
    this.scheduler = new SchedulerPlugin<unknown>({
      jobs: Object.fromEntries(Object.entries(JOBS).map(([name, given]) => [name, this.#jobOf(given, random)])),
      store: this.node.gate(this.#onTheWay(store)),
      prefix: '',
      workerId,
      clock: coarse(this.node.clock, world),
      random,
      logger: silentLogger,
      skipColdStart: true,
      handleSignals: false,
      heartbeatInterval: 3 * MINUTE,
      historyRetention: RETENTION,
      cleanupInterval: CLEANUP,
    })
  }

  crash(): void {
    this.isGone = true
    this.node.crash()
  }

  #jobOf({ fails = 0, job, tookMs }: (typeof JOBS)[string], random: Random): Job<unknown> {
    const action = async (_: unknown, { signal }: JobContext): Promise<string> => {
      await this.node.clock.sleep(tookMs, signal)
      if (random.float() < fails) throw new Error('on purpose')
      return 'x'.repeat(200)
    }
    return { ...job, action } as unknown as Job<unknown>
  }

  #onTheWay(store: ObjectStore): ObjectStore {
    const check = (): void => {
      if (this.isCutOff) throw new StoreError('cut off (on purpose)', { code: 'NETWORK', retriable: true })
    }
    return {
      ...store,
      get: async (key, options) => {
        check()
        return store.get(key, options)
      },
      put: async (key, body, options) => {
        if (!this.isCutOff) return store.put(key, body, options)
        if (options?.condition === undefined) check()
        return { outcome: 'unknown', cause: new StoreError('cut off (on purpose)', { code: 'NETWORK' }) }
      },
      delete: async (keys, options) => {
        check()
        return store.delete(keys, options)
      },
      async *list(prefix, options) {
        check()
        yield* store.list(prefix, options)
      },
    }
  }
}

/** A clock whose sleeps end together; the contract of every clock allows a late end. */
function coarse(clock: Clock, world: World): Clock {
  return {
    ...clock,
    sleep: (ms, signal) => clock.sleep(ms <= 0 ? 0 : STEP * Math.ceil((world.now + ms) / STEP) - world.now, signal),
  }
}
