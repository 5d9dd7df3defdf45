import { loadEngine } from '@s3sched/engine'
import { silentLogger, type Logger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import {
  createCountingStore,
  createFaultyStore,
  createStoreHistory,
  type FaultyStore,
  type RequestCounts,
} from '@s3sched/store/testing'
import { SchedulerPlugin, type SchedulerOptions, type Job } from '../src/index.ts'

// The load takes real time, in which a test would move its clock.
await loadEngine()

/** Monday, 5 January 2026, noon, UTC. */
export const NOON: number = Date.UTC(2026, 0, 5, 12)
export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE

export type FleetOptions = Omit<
  SchedulerOptions<unknown, SchedulerPlugin<unknown>>,
  'store' | 'clock' | 'random' | 'jobs'
>
/**
 * For tests of fleets whose jobs are due each second, and that look at no history: the outcomes of ten minutes in the
 * page would be half of their work.
 */
export const NO_HISTORY: FleetOptions = { persistJobs: false }

export type FleetJobs = Readonly<Record<string, Job<unknown>>>

/** A single instance of an application, and its connection to the store. */
export interface Instance {
  readonly scheduler: SchedulerPlugin<unknown>
  readonly network: FaultyStore
  readonly requests: RequestCounts
  readonly resetRequests: () => void
  /** All events so far: name and payload. */
  readonly events: { readonly name: string; readonly payload: Record<string, unknown> }[]
}

/** Several instances with a common store and a common manual clock. */
export interface Fleet {
  readonly clock: ManualClock
  readonly store: ObjectStore
  boot(workerId: string, jobs: FleetJobs, options?: FleetOptions): Promise<Instance>
  /** Boots an instance and waits until it leads. */
  bootLeader(jobs: FleetJobs, options?: FleetOptions): Promise<Instance>
  /** Simulates a crash: the instance keeps running, but its requests no longer reach the store. */
  cutOff(instance: Instance): void
  stopAll(): Promise<void>
}

const EVENTS = [
  'jobStarted',
  'jobCompleted',
  'jobFailed',
  'plg:scheduler:job-retry',
  'plg:scheduler:job-timeout',
  'plg:scheduler:job-released',
  'plg:scheduler:job-skipped',
  'plg:scheduler:job-missed',
  'plg:scheduler:job-lost',
  'plg:scheduler:job-found',
  'plg:scheduler:job-lock_failed',
  'plg:scheduler:job-added',
  'plg:scheduler:job-updated',
  'plg:scheduler:job-redefined',
  'plg:scheduler:job-removed',
  'plg:scheduler:job-enabled',
  'plg:scheduler:job-disabled',
  'plg:scheduler:job-paused',
  'plg:scheduler:job-unclaimed',
  'plg:scheduler:job-orphaned',
  'plg:scheduler:coordinator-elected',
  'plg:scheduler:coordinator-promoted',
  'plg:scheduler:coordinator-demoted',
  'plg:scheduler:leader-blocked',
  'plg:scheduler:coordinator-epoch-renewed',
  'plg:scheduler:coordinator-cold-start-phase-changed',
  'plg:scheduler:clock-skew',
  'error',
] as const

export function createFleet(startAt: number = NOON, logger: Logger = silentLogger): Fleet {
  const clock = createManualClock(startAt)
  const random = createSeededRandom(1)
  const store = createMemoryStore({ clock })
  const history = createStoreHistory(clock, { keepsCalls: false })
  const instances: Instance[] = []

  const boot = async (workerId: string, jobs: FleetJobs, options: FleetOptions = {}): Promise<Instance> => {
    const counting = createCountingStore(store)
    const faults = { clock, random: createSeededRandom(2), client: workerId, history }
    const network = createFaultyStore(counting.store, faults)
    const scheduler = new SchedulerPlugin<unknown>({
      jobs,
      workerId,
      skipColdStart: true,
      handleSignals: false,
      prefix: '',
      logger,
      ...options,
      store: network.store,
      clock,
      random,
    })
    const events: Instance['events'] = []
    for (const name of EVENTS) {
      scheduler.on(name, (payload: object) => events.push({ name, payload: { ...payload } }))
    }
    await during(clock, scheduler.start())
    await clock.advance(0)
    const { requests, reset } = counting
    const instance: Instance = { scheduler, network, requests, resetRequests: reset, events }
    instances.push(instance)
    return instance
  }

  return {
    clock,
    store,
    boot,
    async bootLeader(jobs, options) {
      const instance = await boot('a', jobs, options)
      for (let waited = 0; !instance.scheduler.isLeader(); waited++) {
        if (waited > 60) throw new Error('no leader after a minute')
        await clock.advance(SECOND)
      }
      return instance
    },
    cutOff: ({ network }) => network.partition('requests'),
    async stopAll() {
      for (const { network, scheduler } of instances) {
        network.heal()
        await during(clock, scheduler.stop({ timeout: 0 }))
      }
    },
  }
}

/** Awaits a promise while the clock advances. */
export async function during<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false }
  const settle = (): void => void (state.isSettled = true)
  promise.then(settle, settle)
  for (let waited = 0; !state.isSettled; waited += 100) {
    if (waited > 10 * MINUTE) throw new Error('nothing happened in 10 minutes')
    await clock.advance(waited === 0 ? 0 : 100)
  }
  return promise
}

/** The payloads of all events of a name. */
export function eventsOf({ events }: Instance, name: string): Record<string, unknown>[] {
  return events.filter((event) => event.name === name).map(({ payload }) => payload)
}
