import type { Clock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'

/** The wait of a crashed process: never over. */
const NEVER = new Promise<never>(() => undefined)

/**
 * A process on the clock of the world: code on its {@link clock} and its {@link gate} stops while the process is
 * paused, and for ever after a crash. Requests sent before still arrive.
 */
export class SimulatedProcess {
  readonly #world: Clock
  #pausedUntil = 0
  #crashAtPut = Infinity
  #puts = 0

  constructor(world: Clock) {
    this.#world = world
  }

  get isCrashed(): boolean {
    return this.#pausedUntil === Infinity
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.monotonic() + ms)
  }

  crash(): void {
    this.#pausedUntil = Infinity
  }

  /** Crashes at one of the next puts: half of the time before the put is sent, else before the answer is read. */
  crashWithinPuts(puts: number): void {
    this.#crashAtPut = this.#puts + puts
  }

  readonly clock: Clock = {
    now: () => this.#world.now(),
    monotonic: () => this.#world.monotonic(),
    sleep: async (ms, signal) => {
      await this.#world.sleep(ms, signal)
      await this.#turn()
    },
  }

  /** The process's connection to a store. */
  gate(store: ObjectStore): ObjectStore {
    const through = async <T>(request: () => Promise<T>): Promise<T> => {
      await this.#turn()
      try {
        return await request()
      } finally {
        await this.#turn()
      }
    }
    const turn = (): Promise<void> => this.#turn()
    return {
      description: store.description,
      get: (key, options) => through(() => store.get(key, options)),
      put: async (key, body, options) => {
        this.#puts += 0.5
        if (this.#puts >= this.#crashAtPut) this.crash()
        return through(async () => {
          const sent = store.put(key, body, options)
          this.#puts += 0.5
          if (this.#puts >= this.#crashAtPut) this.crash()
          return sent
        })
      },
      delete: (keys, options) => through(() => store.delete(keys, options)),
      async *list(prefix, options) {
        await turn()
        for await (const page of store.list(prefix, options)) {
          await turn()
          yield page
        }
      },
      close: async () => undefined,
    }
  }

  async #turn(): Promise<void> {
    for (;;) {
      const leftMs = this.#pausedUntil - this.#world.monotonic()
      if (leftMs <= 0) return
      await (leftMs === Infinity ? NEVER : this.#world.sleep(leftMs))
    }
  }
}
