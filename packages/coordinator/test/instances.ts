import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { createCountingStore, createMemoryStore, type CountingStore } from '@s3sched/store/testing'
import { expect } from 'vitest'
import { createCoordinator, type Coordinator, type CoordinatorEvents, type CoordinatorOptions } from '../src/index.ts'

/** Instances of one group on one manual clock and one counted store. */
export interface Instances {
  readonly clock: ManualClock
  readonly store: ObjectStore
  readonly counting: CountingStore
  readonly create: (workerId: string, options?: CoordinatorOptions, on?: ObjectStore) => Coordinator
  /** Stops all instances, and checks that no timer is left. */
  readonly stop: (...all: Coordinator[]) => Promise<void>
}

export function createInstances(): Instances {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const counting = createCountingStore(store)
  let seed = 0
  return {
    clock,
    store,
    counting,
    create: (workerId, options = {}, on = counting.store) =>
      createCoordinator(on, { workerId, clock, random: createSeededRandom(++seed), ...options }),
    async stop(...all) {
      await Promise.all(all.map((each) => each.stop()))
      expect(clock.sleeping).toBe(0)
    },
  }
}

/** The payloads of `event` from now on. */
export function record<E extends keyof CoordinatorEvents>(of: Coordinator, event: E): CoordinatorEvents[E][] {
  const seen: CoordinatorEvents[E][] = []
  of.on(event, (payload) => seen.push(payload))
  return seen
}

/** A store with a connection that can be cut: after the cut no request reaches the store, and no answer comes back. */
export function createCable(store: ObjectStore): { readonly store: ObjectStore; readonly cut: () => void } {
  let isCut = false
  const through = <T>(request: () => Promise<T>): Promise<T> => (isCut ? new Promise<T>(() => {}) : request())
  return {
    cut: () => void (isCut = true),
    store: {
      description: store.description,
      get: (key, options) => through(() => store.get(key, options)),
      put: (key, body, options) => through(() => store.put(key, body, options)),
      delete: (keys, options) => through(() => store.delete(keys, options)),
      list: (prefix, options) => store.list(prefix, options),
      close: async () => {},
    },
  }
}
