import type { Clock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import type { World } from './world.ts'

/** The clocks of one machine; they outlive the processes on it. */
export class MachineClocks {
  /** How fast both clocks run; 1 is right. */
  readonly rate: number
  readonly #world: World
  #skewMs: number
  #setAt = 0

  constructor(world: World, { rate, skewMs }: { readonly rate: number; readonly skewMs: number }) {
    this.#world = world
    this.rate = rate
    this.#skewMs = skewMs
  }

  /** By how much the wall clock is off, ms. */
  get skewMs(): number {
    return this.#skewMs
  }

  set skewMs(skewMs: number) {
    if (skewMs !== this.#skewMs) this.#setAt = this.#world.now
    this.#skewMs = skewMs
  }

  /** When somebody last set the wall clock, real ms. */
  get setAt(): number {
    return this.#setAt
  }
}

/**
 * One process. What runs on its {@link clock} and its {@link gate} stops while it is paused, and for ever when it crashed;
 * what it had sent before still arrives.
 */
export class SimulatedNode {
  readonly #world: World
  readonly #clocks: MachineClocks
  readonly #bornAt: number
  #pausedUntil = 0
  #runningSince: number
  /** Real time for which the monotonic clock stood still. */
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
        // A little later than computed: a sleep must not end before its time by the node's own clock.
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

  /** For how long it has been running without a pause, ms; 0 while it is paused. */
  get runningForMs(): number {
    return this.isRunning ? this.#world.now - this.#runningSince : 0
  }

  /** Nothing runs for so long, and the clocks go on: SIGSTOP, a blocked event loop, a long collection of garbage. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + ms)
    this.#runningSince = this.#pausedUntil
  }

  /** Nothing runs for so long, and the monotonic clock stands still: the machine sleeps. */
  suspend(ms: number): void {
    if (!this.isRunning) return
    this.#suspendedMs = this.#stoodStill()
    this.#suspension = { from: this.#world.now, until: this.#world.now + ms }
    this.pause(ms)
  }

  /** When the machine wakes up, real ms; `undefined` while it does not sleep. */
  get suspendedUntil(): number | undefined {
    const until = this.#suspension?.until
    return until !== undefined && until > this.#world.now && !this.hasCrashed ? until : undefined
  }

  crash(): void {
    this.#pausedUntil = Infinity
  }

  /** The node's way to a store: requests leave, and answers are read, only while it runs. */
  gate(store: ObjectStore): ObjectStore {
    const turn = (): Promise<void> => (this.isRunning ? Promise.resolve() : this.clock.sleep(0))
    const through = async <T>(request: () => Promise<T>): Promise<T> => {
      await turn()
      try {
        return await request()
      } finally {
        await turn()
      }
    }
    return {
      description: store.description,
      get: (key, options) => through(() => store.get(key, options)),
      put: (key, body, options) => through(() => store.put(key, body, options)),
      delete: (keys, options) => through(() => store.delete(keys, options)),
      async *list(prefix, options) {
        await turn()
        for await (const page of store.list(prefix, options)) {
          await turn()
          yield page
        }
      },
      close: async () => {},
    }
  }

  #stoodStill(): number {
    if (this.#suspension === undefined) return this.#suspendedMs
    const { from, until } = this.#suspension
    return this.#suspendedMs + Math.min(this.#world.now, until) - from
  }
}
