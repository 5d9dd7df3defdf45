import type { Clock } from '@s3sched/kernel'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { Authority } from '../run/authority.ts'
import { Orphans } from './orphans.ts'
import { TickEngine, type TickEngineDeps } from './tick-engine.ts'

export interface TickEnginesDeps extends Omit<TickEngineDeps, 'orphans' | 'claimAheadMs' | 'standsIn'> {
  readonly marker: ChangeMarker
}

/** Creates the engines for terms, for passes by hand, and for standing in for a leader. */
export class TickEngines {
  readonly #deps: TickEnginesDeps
  /** The clock of a stand-in: never ahead of the store's clock. */
  readonly #provenClock: Clock

  constructor(deps: TickEnginesDeps) {
    this.#deps = deps
    this.#provenClock = deps.serverClock.proven()
  }

  create(authority: Authority, claimAheadMs: number): TickEngine {
    return this.#create(authority, this.#deps.clock, claimAheadMs, false)
  }

  /**
   * An engine that claims at the instant of a tick, never ahead, and leaves to the next leader the decisions that only
   * a leader can make.
   */
  createStandIn(authority: Authority): TickEngine {
    return this.#create(authority, this.#provenClock, 0, true)
  }

  #create(authority: Authority, clock: Clock, claimAheadMs: number, standsIn: boolean): TickEngine {
    const orphans = new Orphans({ ...this.#deps, clock })
    return new TickEngine({ ...this.#deps, clock, orphans, claimAheadMs, standsIn }, authority)
  }
}
