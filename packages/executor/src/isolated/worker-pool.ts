import { messageOf, orLate, type Clock, type Logger, type Timers } from '@s3sched/kernel'
import { KILL_MS } from './isolation-options.ts'
import { WorkerSeat, type WorkerShape } from './worker-seat.ts'

export interface WorkerPoolDeps {
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
}

export interface WorkerPoolOptions {
  readonly graceMs: number
  readonly idleMs: number
  readonly maxIdle: number
}

/** The workers at a moment. */
export interface WorkerUse {
  readonly living: number
  /** The living workers without a call. */
  readonly idle: number
}

/**
 * The living workers: busy with a call, or warm and idle. The pool has no queue, since the slots of the isolation bound
 * the calls. An idle worker goes after `idleMs`, or when more than `maxIdle` are idle.
 */
export class WorkerPool {
  readonly #deps: WorkerPoolDeps
  readonly #options: WorkerPoolOptions
  readonly #living = new Set<WorkerSeat>()
  /** Ends the wait of each idle worker; the longest idle worker first. */
  readonly #idle = new Map<WorkerSeat, () => void>()
  #isClosed = false

  constructor(deps: WorkerPoolDeps, options: WorkerPoolOptions) {
    this.#deps = deps
    this.#options = options
  }

  use(): WorkerUse {
    return { living: this.#living.size, idle: this.#idle.size }
  }

  /** A warm worker of this shape, else a new one. */
  take(shape: WorkerShape): WorkerSeat {
    const warm = [...this.#idle.keys()].findLast((seat) => !seat.hasEnded && isSame(seat.shape, shape))
    if (warm !== undefined) {
      this.#wake(warm)
      return warm
    }
    const seat = new WorkerSeat(shape)
    this.#living.add(seat)
    void this.#watch(seat)
    return seat
  }

  async #watch(seat: WorkerSeat): Promise<void> {
    const end = await seat.ended
    this.#living.delete(seat)
    if (this.#wake(seat)) this.#deps.logger.warn(`an idle worker is gone: ${messageOf(end)}`, { ...end.context })
  }

  /** Gives a living worker back, warm for the next call. */
  release(seat: WorkerSeat): void {
    if (seat.hasEnded) return
    if (this.#isClosed) return void this.end(seat)
    const { idleMs, maxIdle } = this.#options
    seat.onMessage = () => {}
    seat.onEnd = () => {}
    this.#idle.set(
      seat,
      this.#deps.timers.start(idleMs, () => void this.end(seat)),
    )
    const [eldest] = this.#idle.keys()
    if (this.#idle.size > maxIdle && eldest !== undefined) void this.end(eldest)
  }

  /** Lets a worker exit by itself, so that its exit handlers run, and kills the worker if that takes too long. */
  async end(seat: WorkerSeat): Promise<void> {
    this.#wake(seat)
    seat.post({ type: 'end' })
    const cancel = this.#deps.timers.start(this.#options.graceMs, () => seat.kill())
    await seat.ended
    cancel()
  }

  /** Ends the idle workers and kills the busy ones. Resolves at the end of the last worker, or after {@link KILL_MS}. */
  async close(): Promise<void> {
    this.#isClosed = true
    const idle = new Set(this.#idle.keys())
    const ends = [...this.#living].map((seat) => {
      if (idle.has(seat)) return this.end(seat)
      seat.kill()
      return seat.ended
    })
    await orLate(this.#deps.clock, this.#options.graceMs + KILL_MS, Promise.all(ends))
  }

  /** @returns whether the worker was idle */
  #wake(seat: WorkerSeat): boolean {
    this.#idle.get(seat)?.()
    return this.#idle.delete(seat)
  }
}

function isSame(one: WorkerShape, other: WorkerShape): boolean {
  return one.kind === other.kind && one.file === other.file && one.database === other.database && sameLimits(one, other)
}

function sameLimits({ limits: one }: WorkerShape, { limits: other }: WorkerShape): boolean {
  return (
    one.maxOldGenerationSizeMb === other.maxOldGenerationSizeMb &&
    one.maxYoungGenerationSizeMb === other.maxYoungGenerationSizeMb &&
    one.stackSizeMb === other.stackSizeMb
  )
}
