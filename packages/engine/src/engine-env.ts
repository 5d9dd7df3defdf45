import { newWorkerId } from '@s3sched/coordinator'
import type { Clock, Logger, Random } from '@s3sched/kernel'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import type { SchedulerEmitter } from './events.ts'

/** The surroundings of an engine: live things that the engine is given and does not make. */
export interface EngineWorld {
  /** The bucket. Each answer of the store teaches {@link serverClock}. */
  readonly store: ObjectStore
  /**
   * The clock of this machine: `monotonic` measures durations, `sleep` waits. `now` is as wrong as the machine is, so an
   * instant that another process reads, or that starts a tick, comes from {@link serverClock}.
   */
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly events: SchedulerEmitter
  /**
   * The bounds of the store's clock, with three clocks made of them: `sharedNow` and `shared()` for instants that other
   * instances read, `ticking()` for due ticks and starts of runs, `proven()` for a claim in the leader's place, which
   * must never be early.
   */
  readonly serverClock: ServerClock
}

/** The names of an instance. */
export interface EngineSelf {
  /** The name among the instances; a later process may have the same name. */
  readonly workerId: string
  /** Tells this process from a later process with the same worker id. */
  readonly instance: string
}

/**
 * The first argument of each part of the engine. A part's second argument has the few live partners of the part, and
 * plain data comes last.
 */
export interface EngineEnv extends EngineWorld {
  readonly self: EngineSelf
}

/** @param workerId - `undefined`: host, process id and a random part */
export function createEngineEnv(world: EngineWorld, workerId: string | undefined): EngineEnv {
  const { random } = world
  const instance = random.id()
  return { ...world, self: { instance, workerId: workerId ?? newWorkerId(random) } }
}
