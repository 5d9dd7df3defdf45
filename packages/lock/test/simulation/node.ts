import type { Clock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createGatedStore } from '@s3sched/store/testing'
import type { World } from './world.ts'

export interface NodeClockErrors {
  /** Rate of both clocks; 1 is right. */
  readonly rate: number
  /** Error of the wall clock, ms. */
  readonly skewMs: number
}

/**
 * A process: code on its {@link clock} and its {@link gate} stops while the process is paused, and for ever after a
 * crash.
 */
export class SimulatedNode {
  readonly #world: World
  readonly #errors: NodeClockErrors
  #pausedUntil = 0
  /** Real time for which the monotonic clock stood still, ms. */
  #suspendedMs = 0
  #suspension: { readonly from: number; readonly until: number } | undefined
  #stepMs = 0

  constructor(world: World, errors: NodeClockErrors) {
    this.#world = world
    this.#errors = errors
  }

  readonly clock: Clock = {
    now: () => START + this.#errors.skewMs + this.#stepMs + this.#world.now * this.#errors.rate,
    monotonic: () => (this.#world.now - this.#stoodStill()) * this.#errors.rate,
    sleep: (ms, signal) => {
      const due = this.clock.monotonic() + Math.max(0, ms)
      return this.#world.sleep(
        // A little later than computed: a sleep must not end before its time by the node's own clock.
        () => Math.max(this.#pausedUntil, this.#world.now + (due - this.clock.monotonic()) / this.#errors.rate + 1e-3),
        signal,
      )
    },
  }

  get isRunning(): boolean {
    return this.#world.now >= this.#pausedUntil
  }

  /** Runs no code for `ms` while the clocks go on: SIGSTOP, a long garbage collection. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + ms)
  }

  /** Runs no code for `ms` while the monotonic clock stands still: the machine sleeps. */
  suspend(ms: number): void {
    if (!this.isRunning) return
    this.#suspendedMs = this.#stoodStill()
    this.#suspension = { from: this.#world.now, until: this.#world.now + ms }
    this.pause(ms)
  }

  /** Sets the wall clock forward. */
  step(ms: number): void {
    this.#stepMs += ms
  }

  crash(): void {
    this.#pausedUntil = Infinity
  }

  /** The node's connection to a store: requests leave, and answers are read, only while the node runs. */
  gate(store: ObjectStore): ObjectStore {
    return createGatedStore(store, () => (this.isRunning ? Promise.resolve() : this.clock.sleep(0)))
  }

  #stoodStill(): number {
    if (this.#suspension === undefined) return this.#suspendedMs
    const { from, until } = this.#suspension
    return this.#suspendedMs + Math.min(this.#world.now, until) - from
  }
}

const START = Date.UTC(2026, 0, 1)
