/**
 * Virtual time. The world has the real time, also the time of the store and the network; each node has clocks of its own.
 * Timers fire one after the other, and the work of a timer runs to its end before the next timer fires.
 */
import type { Clock } from '@s3sched/kernel'
import { withoutLoads } from './lazy-code.ts'
import { withoutStacks } from './without-stacks.ts'

/** The start of every simulation by the clock of the store, epoch ms: Thursday, 1 January 2026, UTC. */
export const START: number = Date.UTC(2026, 0, 1)

/** Error of a conversion between clocks of different rates, ms. */
const ROUNDING_MS = 1e-4

interface Timer {
  due: number
  readonly order: number
  /** `undefined` for a timer that has fired or was cancelled. */
  fire: (() => void) | undefined
  /** Called again at the due time, so that a timer can postpone itself. */
  readonly dueNow: () => number
}

export class World {
  /** The world's clock at the beginning, epoch ms. */
  readonly startAt: number
  #now = 0
  #order = 0
  readonly #timers: Timer[] = []

  readonly #togetherMs: number

  /** @param togetherMs - timers due within this time after the first fire in the same turn: coarser, and faster */
  constructor(startAt: number = START, togetherMs: number = 0) {
    this.startAt = startAt
    this.#togetherMs = togetherMs
  }

  /** Real time since the beginning, ms. */
  get now(): number {
    return this.#now
  }

  /** Number of waiting timers. */
  get waiting(): number {
    return this.#timers.filter(({ fire }) => fire !== undefined).length
  }

  /** The real time: the clock of the server and of the network. */
  readonly clock: Clock = {
    now: () => Math.floor(this.startAt + this.#now),
    monotonic: () => this.#now,
    sleep: (ms, signal) => {
      const due = this.#now + Math.max(0, ms)
      return this.sleep(() => due, signal)
    },
  }

  sleep(dueNow: () => number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        timer.fire = undefined
        reject(signal?.reason)
      }
      const fire = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const timer: Timer = { due: dueNow(), order: this.#order++, fire, dueNow }
      signal?.addEventListener('abort', onAbort, { once: true })
      // An endless sleep belongs to a crashed process, and needs no timer.
      if (timer.due < Infinity) this.#push(timer)
    })
  }

  /** Calls `work` at a real time. */
  at(time: number, work: () => void): void {
    this.#push({ due: Math.max(time, this.#now), order: this.#order++, fire: work, dueNow: () => time })
  }

  /** Lets time pass until `until`, and calls `check` after each instant at which something happened. */
  run(until: number, check: () => void): Promise<void> {
    return withoutLoads(() => withoutStacks(() => this.#pass(until, check)))
  }

  async #pass(until: number, check: () => void): Promise<void> {
    await new Promise(setImmediate)
    for (let first = this.#timers[0]; first !== undefined && first.due <= until; first = this.#timers[0]) {
      this.#now = Math.max(this.#now, first.due)
      const limit = this.#now + this.#togetherMs
      let hasFired = false
      for (let next = this.#timers[0]; next !== undefined && next.due <= limit; next = this.#timers[0]) {
        this.#pop()
        hasFired = this.#fire(next) || hasFired
        if (hasFired && this.#togetherMs === 0) break
      }
      if (!hasFired) continue
      await new Promise(setImmediate)
      check()
    }
    // Another run may have gone further.
    this.#now = Math.max(this.#now, until)
  }

  /** @returns whether the timer was due */
  #fire(timer: Timer): boolean {
    const { fire } = timer
    if (fire === undefined) return false
    const due = timer.dueNow()
    if (due > this.#now + Math.max(ROUNDING_MS, this.#togetherMs)) {
      timer.due = due
      if (due < Infinity) this.#push(timer)
      return false
    }
    timer.fire = undefined
    fire()
    return true
  }

  #push(timer: Timer): void {
    const timers = this.#timers
    let index = timers.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = timers[parent] as Timer
      if (!isBefore(timer, above)) break
      timers[index] = above
      index = parent
    }
    timers[index] = timer
  }

  #pop(): void {
    const timers = this.#timers
    const last = timers.pop() as Timer
    const { length } = timers
    if (length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= length) break
      if (child + 1 < length && isBefore(timers[child + 1] as Timer, timers[child] as Timer)) child++
      if (!isBefore(timers[child] as Timer, last)) break
      timers[index] = timers[child] as Timer
      index = child
    }
    timers[index] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order)
}
