import { messageOf, RepeatedTroubles, TypedEmitter } from '@s3sched/kernel'
import type { CandidacyListener } from './candidacy.ts'
import { COORDINATOR_EVENTS, type CoordinatorEvents } from './coordinator-events.ts'
import type { ResolvedCoordinatorOptions } from './coordinator-options.ts'
import { logWait } from './leader-wait.ts'

/** The happenings that a coordinator must act on. */
export type CandidacyTurns = Pick<CandidacyListener, 'blocked'> & {
  /** Called after listeners have learned that this instance leads the shard. */
  readonly promoted: () => void
  /** Called after listeners have learned that this instance no longer leads the shard. */
  readonly demoted: () => void
}

/** A store that is away makes the same error each second: the log has it once in this time, ms. */
const SAME_MS = 60_000

/** The news of a coordinator: its events, and its lines in the log. */
export class CoordinatorNews {
  readonly emitter: TypedEmitter<CoordinatorEvents>
  readonly #options: ResolvedCoordinatorOptions
  readonly #repeated: RepeatedTroubles

  constructor(options: ResolvedCoordinatorOptions) {
    this.#options = options
    this.#repeated = new RepeatedTroubles(options.clock, SAME_MS)
    this.emitter = new TypedEmitter(COORDINATOR_EVENTS, (error, event) =>
      options.logger.error(`coordinator: a listener of '${event}' failed`, { error }),
    )
  }

  /** The listener of the candidacy for a shard. */
  ofShard(shard: number, turns: CandidacyTurns): CandidacyListener {
    const { emitter } = this
    const { host, shards, workerId } = this.#options
    return {
      phase: (phase, duration) => emitter.emit('phase', { phase, duration, shard }),
      elected: (leader) => emitter.emit('elected', { ...leader, shard }),
      seen: () => emitter.emit('seen', { shard }),
      waits: (wait) => logWait(wait, { self: { ...host.self(), workerId }, shard, shards }, this.#options),
      promoted: (leader, signal, previous) => {
        emitter.emit('promoted', { ...leader, signal, previous, shard })
        turns.promoted()
      },
      demoted: (leader, reason) => {
        emitter.emit('demoted', { ...leader, reason, shard })
        emitter.emit('seen', { shard })
        turns.demoted()
      },
      renewed: (epoch) => emitter.emit('renewed', { epoch, shard }),
      blocked: (blockedMs) => turns.blocked(blockedMs),
      problem: (error) => this.problem(error, shard),
    }
  }

  /**
   * An event for each error. The log has the same error once a minute.
   * @param shard - `undefined` for an error of no single shard
   */
  problem(error: unknown, shard?: number): void {
    const others = this.#repeated.tell(error)
    if (others !== undefined) this.#options.logger.warn(`coordinator: ${messageOf(error)}${others}`, { error })
    this.emitter.emit('error', { error, shard })
  }

  /** The instance has decided what a block of its event loop means. @param isFirst - false for one block of several */
  blocked(event: CoordinatorEvents['blocked'], isFirst: boolean): void {
    const { logger } = this.#options
    const { blockedMs, yieldsForMs } = event
    const what = `coordinator: the event loop was blocked for ${seconds(blockedMs)} s while this instance led`
    const next =
      yieldsForMs === undefined
        ? 'it goes on leading, since there is no other instance that does not block'
        : `it leaves leading to the others for ${Math.round(yieldsForMs / 60_000)} min`
    // Where nothing can be handed over, the next block of the same action is no news.
    if (isFirst || yieldsForMs !== undefined) logger.warn(`${what}; ${next}`, event)
    else logger.info(`${what}; ${next}`, event)
    this.emitter.emit('blocked', event)
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
