import type { EngineEnv } from '../engine-env.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'

export interface StandInDeps {
  /** Creates an engine that claims for a member, at the instant and not ahead of it. */
  readonly createEngine: () => Pick<TickEngine, 'runOnce' | 'stop' | 'touch'>
  /** Tells whether this machine's clock is good enough for claims. */
  readonly mayClaim: () => Promise<boolean>
  /** Called when there are overdue ticks, which the leader should have claimed. */
  readonly onOverdue: () => void
}

/** Claims overdue ticks in the leader's place. */
export class StandIn {
  readonly #env: Pick<EngineEnv, 'logger'>
  readonly #deps: StandInDeps
  readonly #engines = new Set<Pick<TickEngine, 'stop'>>()
  #isStandingIn = false

  constructor(env: Pick<EngineEnv, 'logger'>, deps: StandInDeps) {
    this.#env = env
    this.#deps = deps
  }

  /** Asked before each look: a standby that may not claim need not look. */
  mayClaim(): Promise<boolean> {
    return this.#deps.mayClaim()
  }

  /** Claims the overdue ticks of the jobs, as far as no run elsewhere is in the way. */
  async claim(overdue: readonly string[], signal: AbortSignal): Promise<void> {
    const { createEngine, onOverdue } = this.#deps
    if (!this.#isStandingIn) {
      // No warning: the leader may have stopped in order, or lack the action. An operator has nothing to do.
      this.#env.logger.info('claiming here what is due, and what nobody else has claimed', { jobs: overdue.length })
      this.#isStandingIn = true
    }
    onOverdue()
    if (signal.aborted) return
    const engine = createEngine()
    this.#engines.add(engine)
    // A slow leader claims from the front of the list, the standby from the back.
    for (const name of overdue.toReversed()) engine.touch(name)
    try {
      await engine.runOnce()
    } finally {
      this.#engines.delete(engine)
    }
  }

  /** Nothing is overdue: the next overdue tick is told again. */
  rest(): void {
    this.#isStandingIn = false
  }

  /** Makes no claim from now on. */
  stop(): void {
    for (const engine of this.#engines) engine.stop()
  }
}
