import type { EngineEnv } from '../engine-env.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'

export interface StandInDeps {
  /** Creates an engine that claims for a member, at the instant and not ahead of it. */
  readonly createEngine: () => Pick<TickEngine, 'runOnce' | 'stop' | 'touch'>
  /** Creates an engine that goes on with the jobs claimed here, ahead of their instants. */
  readonly createAhead: (owns: (jobName: string) => boolean) => Pick<TickEngine, 'run' | 'stop' | 'touch'>
  /** Called when there are overdue ticks, which the leader should have claimed. */
  readonly onOverdue: () => void
  /** True when a leader has given a sign since the instant, as far as known; epoch ms. No request. */
  readonly isLedSince: (instant: number) => boolean
}

/** The work in the place of a silent leader. */
interface Stint {
  readonly since: number
  readonly jobs: Set<string>
  readonly engine: Pick<TickEngine, 'stop' | 'touch'>
}

/**
 * Claims overdue ticks in the leader's place. Until a leader gives a sign, the next ticks of the same jobs are claimed
 * ahead of their instants, so that only the first starts after a leader's death are late.
 */
export class StandIn {
  readonly #env: Pick<EngineEnv, 'logger' | 'serverClock'>
  readonly #deps: StandInDeps
  readonly #engines = new Set<Pick<TickEngine, 'stop'>>()
  #stint: Stint | undefined
  #isStandingIn = false

  constructor(env: Pick<EngineEnv, 'logger' | 'serverClock'>, deps: StandInDeps) {
    this.#env = env
    this.#deps = deps
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
    if (!signal.aborted) this.#goOn(overdue)
  }

  /** Called when a look found nothing overdue. */
  rest(): void {
    if (this.#stint !== undefined && !this.#deps.isLedSince(this.#stint.since)) return
    this.end()
  }

  /** Leaves everything to the leader. The next overdue tick is told again. */
  end(): void {
    this.#stint?.engine.stop()
    this.#stint = undefined
    this.#isStandingIn = false
  }

  /** Makes no claim from now on. */
  stop(): void {
    this.end()
    for (const engine of this.#engines) engine.stop()
  }

  #goOn(names: readonly string[]): void {
    if (this.#stint === undefined) {
      const jobs = new Set<string>()
      const engine = this.#deps.createAhead((name) => jobs.has(name))
      this.#stint = { since: this.#env.serverClock.sharedNow(), jobs, engine }
      void engine.run()
    }
    for (const name of names) {
      this.#stint.jobs.add(name)
      this.#stint.engine.touch(name)
    }
  }
}
