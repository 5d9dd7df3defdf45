import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { Rest } from '../fleet/fleet-rest.ts'
import type { Authority } from '../runs/authority.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { ClaimManner } from './claim-manner.ts'
import { Orphans } from './orphans.ts'
import { TickCourtesy } from './tick-courtesy.ts'
import { TickEngine, type TickEngineDeps } from './tick-engine.ts'

export interface TickEnginesDeps extends Omit<TickEngineDeps, 'bucket' | 'orphans' | 'runs'> {
  readonly bucket: TickEngineDeps['bucket'] & Pick<Bucket, 'marker'>
  readonly runs: TickEngineDeps['runs'] & Pick<Runs, 'sightings'>
}

/** A stand-in's clock may be ahead of what the store proves by this much, in ms. */
const SURE_MS = 50
/** The least age of an unclaimed tick, from the tick's instant, in ms. */
const PATIENCE_MS = 60_000

/**
 * The manners of claiming: as a leader, as one of several members, in a single pass, and in the leader's place, at the
 * instant of a tick or ahead of it.
 */
export class TickEngines {
  readonly #env: EngineEnv
  readonly #deps: TickEnginesDeps
  readonly #claimAheadMs: number
  readonly #patienceMs: number

  constructor(
    env: EngineEnv,
    deps: TickEnginesDeps,
    options: Pick<ResolvedEngineOptions, 'claimAhead' | 'heartbeatInterval'>,
  ) {
    this.#env = env
    this.#deps = deps
    this.#claimAheadMs = options.claimAhead
    this.#patienceMs = Math.max(PATIENCE_MS, 2 * options.heartbeatInterval)
  }

  create(authority: Authority): TickEngine {
    return this.#create(authority, { claimAheadMs: this.#claimAheadMs })
  }

  /** Creates an engine for a single pass, which can't see whether others claim jobs without an action here. */
  createPass(authority: Authority): TickEngine {
    return this.#create(authority, { patienceMs: undefined })
  }

  /** Creates one of several members' engines for jobs whose action no leader has. */
  createShared(authority: Authority, owns: (name: string) => boolean): TickEngine {
    const courtesy = new TickCourtesy(this.#env.self, this.#deps.runs.sightings)
    return this.#create(authority, { claimAheadMs: this.#claimAheadMs, courtesy, owns })
  }

  /**
   * An engine that claims at the instant of a tick, never ahead, and leaves to the next leader the decisions that only
   * a leader can make. Its clock is never ahead of the store's clock.
   * @param rest - the ticks of this time are left to the leader, too
   */
  createStandIn(authority: Authority, rest: Rest | undefined): TickEngine {
    const engine = this.#create(authority, { clock: this.#env.serverClock.proven(), standsIn: true })
    engine.rest = rest
    return engine
  }

  /**
   * An engine that goes on in the leader's place with the jobs whose last tick was claimed here: it claims ahead of the
   * instant, like a leader, and leaves to the next leader what {@link createStandIn} leaves.
   */
  createAhead(authority: Authority, owns: (name: string) => boolean, rest: Rest | undefined): TickEngine {
    const { self, serverClock } = this.#env
    const courtesy = new TickCourtesy(self, this.#deps.runs.sightings)
    // A run that is claimed ahead starts by this machine's clock, so that clock must be proven not to be ahead.
    const isSure = (): boolean => serverClock.tickNow() - serverClock.provenNow() <= SURE_MS
    const mayClaimAhead = { claimAheadMs: this.#claimAheadMs, mayClaimAhead: isSure }
    const manner = { ...mayClaimAhead, clock: serverClock.proven(), courtesy, owns, standsIn: true }
    const engine = this.#create(authority, manner)
    engine.rest = rest
    return engine
  }

  #create(authority: Authority, own: Partial<ClaimManner>): TickEngine {
    const { clock = this.#env.serverClock.ticking() } = own
    const orphans = new Orphans(this.#env, this.#deps.bucket, clock)
    const usual = { claimAheadMs: 0, patienceMs: this.#patienceMs, standsIn: false }
    return new TickEngine(this.#env, { ...this.#deps, orphans }, authority, { ...usual, ...own, clock })
  }
}
