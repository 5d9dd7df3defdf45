import type { Clock } from '@s3sched/kernel'
import type { ChangeMarker } from '../leader/change-marker.ts'
import type { Authority } from '../run/authority.ts'
import { Orphans } from './orphans.ts'
import { TickEngine, type TickEngineDeps } from './tick-engine.ts'

export interface TickEnginesDeps extends Omit<TickEngineDeps, 'orphans' | 'claimAheadMs' | 'standsIn'> {
  readonly marker: ChangeMarker
}

/** Makes the engine of each term, of each pass by hand, and of each time that this instance stands in for a leader. */
export class TickEngines {
  readonly #deps: TickEnginesDeps
  /** By which a follower stands in for the leader: it is not ahead of the store's. */
  readonly #provenClock: Clock

  constructor(deps: TickEnginesDeps) {
    this.#deps = deps
    this.#provenClock = deps.serverClock.proven()
  }

  create(authority: Authority, claimAheadMs: number): TickEngine {
    return this.#create(authority, this.#deps.clock, claimAheadMs, false)
  }

  /** One that claims at the instant and not ahead of it, and leaves to the next leader what only that can know. */
  createStandIn(authority: Authority): TickEngine {
    return this.#create(authority, this.#provenClock, 0, true)
  }

  #create(authority: Authority, clock: Clock, claimAheadMs: number, standsIn: boolean): TickEngine {
    const orphans = new Orphans({ ...this.#deps, clock })
    return new TickEngine({ ...this.#deps, clock, orphans, claimAheadMs, standsIn }, authority)
  }
}
