import type { Clock } from '@s3sched/kernel'
import type { ChangeMarker } from '@s3sched/jobs'
import type { Rest } from '../leader/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import { Orphans } from './orphans.ts'
import { TickCourtesy } from './tick-courtesy.ts'
import { TickEngine, type TickEngineDeps } from './tick-engine.ts'

export interface TickEnginesDeps extends Omit<
  TickEngineDeps,
  'orphans' | 'claimAheadMs' | 'standsIn' | 'courtesy' | 'owns'
> {
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
    return this.#create(authority, { claimAheadMs })
  }

  /** Creates an engine for a single pass, which can't see whether others claim jobs without an action here. */
  createPass(authority: Authority): TickEngine {
    return this.#create(authority, { patienceMs: undefined })
  }

  /** Creates one of several members' engines for jobs whose action no leader has. */
  createShared(authority: Authority, claimAheadMs: number, owns: (name: string) => boolean): TickEngine {
    return this.#create(authority, { claimAheadMs, courtesy: new TickCourtesy(this.#deps), owns })
  }

  /**
   * An engine that claims at the instant of a tick, never ahead, and leaves to the next leader the decisions that only
   * a leader can make.
   * @param rest - the ticks of this time are left to the leader, too
   */
  createStandIn(authority: Authority, rest: Rest | undefined): TickEngine {
    const engine = this.#create(authority, { clock: this.#provenClock, standsIn: true })
    engine.rest = rest
    return engine
  }

  #create(authority: Authority, own: Partial<TickEngineDeps>): TickEngine {
    const { clock = this.#deps.clock } = own
    const orphans = new Orphans({ ...this.#deps, clock })
    return new TickEngine({ ...this.#deps, orphans, claimAheadMs: 0, standsIn: false, ...own, clock }, authority)
  }
}
