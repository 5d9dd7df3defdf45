/**
 * Virtual time for several processes. The world has the only real time. Nodes have clocks of their own that are skewed,
 * drift, and stand still or go on while the node is paused. A paused or crashed node runs no code, but its earlier
 * requests still arrive. A seed determines the history.
 */
import type { Clock } from '@s3sched/kernel'

interface Timer {
  due: number
  readonly order: number
  readonly fire: () => void
}

export class World {
  #now = 0
  #order = 0
  readonly #timers = new Set<Timer>()

  /** Real time since the beginning, ms. */
  get now(): number {
    return this.#now
  }

  /** A clock with the real time: the server's, and the network's. */
  readonly clock: Clock = {
    now: () => START + this.#now,
    monotonic: () => this.#now,
    sleep: (ms, signal) => {
      const due = this.#now + Math.max(0, ms)
      return this.sleep(() => due, signal)
    },
  }

  /** Sleeps until `due()`. `due` is called again at that time, and may then return a later time. */
  sleep(due: () => number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer: Timer = {
        due: due(),
        order: this.#order++,
        fire: () => {
          if (timer.due < due() - ROUNDING_MS) {
            timer.due = due()
            return
          }
          this.#timers.delete(timer)
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      const onAbort = (): void => {
        this.#timers.delete(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#timers.add(timer)
    })
  }

  /** Advances the time to `until`, event by event, and calls `check` at every instant with an event. */
  async run(until: number, check: () => void): Promise<void> {
    await new Promise(setImmediate)
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.due)
      next.fire()
      await new Promise(setImmediate)
      check()
    }
    this.#now = until
  }

  #next(until: number): Timer | undefined {
    let found: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due > until) continue
      if (found === undefined || timer.due < found.due || (timer.due === found.due && timer.order < found.order)) {
        found = timer
      }
    }
    return found
  }
}

const START = Date.UTC(2026, 0, 1)
/** Rounding error of a sleep on a clock with another rate, ms. */
const ROUNDING_MS = 1e-4
