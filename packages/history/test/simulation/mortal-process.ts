import { type Clock, type Random, S3SchedError } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createFaultyStore } from '@s3sched/store/testing'
import { createMortalStore, ProcessDied } from './mortal-store.ts'

export interface Process {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

export interface Processes {
  /** @param chance - that the process dies at a write */
  readonly born: (chance: number) => Process
  /** A process that repeats its work, and is replaced after its death. */
  readonly live: (everyMs: number, chance: number, work: (process: Process) => Promise<void>) => Promise<void>
}

/**
 * Processes on one store with latencies, lost requests and lost answers.
 * @param isOver - ends their lives
 */
export function createProcesses({ clock, random, store: shared }: Process, isOver: () => boolean): Processes {
  const born = (chance: number): Process => {
    const faults = { lostRequest: 0.02, lostResponse: 0.03, minLatencyMs: 5, maxLatencyMs: 300, maxNoticeMs: 2000 }
    const { store } = createFaultyStore(shared, { clock, random, ...faults })
    return { store: createMortalStore(store, random, chance), clock, random }
  }
  return {
    born,
    async live(everyMs, chance, work) {
      let process = born(chance)
      while (!isOver()) {
        await clock.sleep(random.float() * 2 * everyMs)
        try {
          await work(process)
        } catch (error) {
          // A network that loses requests makes calls fail; anything else is a fault of the test.
          const isExpected = error instanceof ProcessDied || (error instanceof S3SchedError && error.retriable)
          if (!isExpected && !String(error).includes('nobody knows')) throw error
          if (error instanceof ProcessDied) process = born(chance)
        }
      }
    },
  }
}
