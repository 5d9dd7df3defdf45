import type { Clock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createGatedStore } from '@s3sched/store/testing'
import type { World } from './world.ts'

/** The clocks of a machine, shared by the machine's processes one after the other. */
export class MachineClocks {
  /** The rate of both clocks; 1 is right. */
  readonly rate: number
  readonly #world: World
  #skewMs: number
  #setAt = 0

  constructor(world: World, { rate, skewMs }: { readonly rate: number; readonly skewMs: number }) {
    this.#world = world
    this.rate = rate
    this.#skewMs = skewMs
  }

  /** The error of the wall clock, ms. */
  get skewMs(): number {
    return this.#skewMs
  }

  set skewMs(skewMs: number) {
    if (skewMs !== this.#skewMs) this.#setAt = this.#world.now
    this.#skewMs = skewMs
  }

  /** The last time the wall clock was set, real ms. */
  get setAt(): number {
    return this.#setAt
  }
}

/**
 * One process. Work on its {@link clock} and its {@link gate} stops during a pause, and for ever after a crash; requests
 * sent before still arrive.
 */
export class SimulatedNode {
  readonly #world: World
  readonly #clocks: MachineClocks
  readonly #bornAt: number
  #pausedUntil = 0
  #runningSince: number
  /** Time of past suspensions, when the monotonic clock stood still, real ms. */
  #suspendedMs = 0
  #suspension: { readonly from: number; readonly until: number } | undefined

  constructor(world: World, clocks: MachineClocks) {
    this.#world = world
    this.#clocks = clocks
    this.#bornAt = world.now
    this.#runningSince = world.now
  }

  readonly clock: Clock = {
    now: () => Math.floor(this.#world.startAt + this.#clocks.skewMs + this.#world.now * this.#clocks.rate),
    monotonic: () => (this.#world.now - this.#bornAt - this.#stoodStill()) * this.#clocks.rate,
    sleep: (ms, signal) => {
      const due = this.clock.monotonic() + Math.max(0, ms)
      return this.#world.sleep(
        // The sleep ends a little later than computed: a sleep must not end early by the node's own clock.
        () => Math.max(this.#pausedUntil, this.#world.now + (due - this.clock.monotonic()) / this.#clocks.rate + 1e-3),
        signal,
      )
    },
  }

  get hasCrashed(): boolean {
    return this.#pausedUntil === Infinity
  }

  get isRunning(): boolean {
    return this.#world.now >= this.#pausedUntil
  }

  /** Time since the last pause, real ms; 0 during a pause. */
  get runningForMs(): number {
    return this.isRunning ? this.#world.now - this.#runningSince : 0
  }

  /** Stops the process for `ms`, and the clocks go on: SIGSTOP, a blocked event loop, a long garbage collection. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + ms)
    this.#runningSince = this.#pausedUntil
  }

  /** Stops the process for `ms`, and the monotonic clock stands still: the machine sleeps. */
  suspend(ms: number): void {
    if (!this.isRunning) return
    this.#suspendedMs = this.#stoodStill()
    this.#suspension = { from: this.#world.now, until: this.#world.now + ms }
    this.pause(ms)
  }

  /** The end of the machine's sleep, real ms; `undefined` for a machine awake. */
  get suspendedUntil(): number | undefined {
    const until = this.#suspension?.until
    return until !== undefined && until > this.#world.now && !this.hasCrashed ? until : undefined
  }

  crash(): void {
    this.#pausedUntil = Infinity
  }

  /** The node's way to a store: requests leave, and answers are read, only while the node runs. */
  gate(store: ObjectStore): ObjectStore {
    return createGatedStore(store, () => (this.isRunning ? Promise.resolve() : this.clock.sleep(0)))
  }

  #stoodStill(): number {
    if (this.#suspension === undefined) return this.#suspendedMs
    const { from, until } = this.#suspension
    return this.#suspendedMs + Math.min(this.#world.now, until) - from
  }
}
