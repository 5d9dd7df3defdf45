import { shardOf, watchMsOf } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { DefinedJobs } from '../definitions/defined-jobs.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { Authority } from '../runs/authority.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { StandbyDuty } from '../standby/standby-duty.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import type { TickEngines } from '../ticks/tick-engines.ts'
import { BucketWatch } from './bucket-watch.ts'
import { Chores } from './chores.ts'
import type { CleanUp } from './clean-up.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Promotion } from '../fleet/follow-coordinator.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import { JobStarter, type JobStarterDeps } from './job-starter.ts'
import { type KnownJob, knownJob } from '../definitions/known-job.ts'
import { LeaderTerm } from './leader-term.ts'
import { promote, type TermScope } from './promote.ts'
import { awaitedJobs, TermLease } from './term-lease.ts'
import { UnledJobs } from './unled-jobs.ts'

export interface LeadingDeps {
  readonly bucket: Bucket
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  readonly runs: Runs
  readonly fleet: Fleet
  readonly engines: TickEngines
  /** `undefined` without hot standby. */
  readonly standby: Pick<StandbyDuty, 'list'> | undefined
}

/** The parts for one pass over the work of a leader. */
export interface Pass {
  readonly engine: TickEngine
  readonly starter: JobStarter
  readonly cleanUp: CleanUp
}

/** The same work in three places: where this instance leads, where nobody leads, and in a pass by hand. */
export class Leading {
  readonly #env: EngineEnv
  readonly #deps: LeadingDeps
  readonly #options: ResolvedEngineOptions
  readonly #starting: JobStarterDeps
  readonly #watch: BucketWatch
  readonly #chores: Chores
  /** The jobs that their leaders have no action for. */
  readonly unled: UnledJobs

  constructor(env: EngineEnv, deps: LeadingDeps, options: ResolvedEngineOptions) {
    const { bucket, catalog, fleet, runs } = deps
    const { jobs } = catalog
    const { claimAhead: claimAheadMs, cleanupInterval, heartbeatInterval } = options
    this.#env = env
    this.#deps = deps
    this.#options = options
    this.#starting = { bucket, runs, jobs, claimAheadMs, authorityOf: (name) => fleet.authorityOf(name) }
    this.#watch = new BucketWatch(env, { ...bucket, ...runs }, watchMsOf(heartbeatInterval))
    this.#chores = new Chores(env, { bucket, members: fleet.members }, cleanupInterval)
    const { coordinator } = fleet
    const createTerm = (shard: number, owns: (name: string) => boolean): LeaderTerm =>
      this.#term(shard, fleet.member, owns)
    this.unled = new UnledJobs({ coordinator, jobs, createTerm })
  }

  /**
   * Start of the time in which no instance claims the job's ticks, as found by the job's leader; `null` when claimed,
   * as far as known. Epoch ms.
   */
  unservedSince(jobName: string): number | null {
    if (this.unled.has(jobName)) return null
    const { fleet } = this.#deps
    const told = fleet.shardOf(jobName).leaderPayload()?.['unserved']
    const since = (told as Readonly<Record<string, unknown>> | undefined)?.[jobName]
    return fleet.terms.ofJob(jobName)?.term?.unservedSince(jobName) ?? (typeof since === 'number' ? since : null)
  }

  /** The next look at the bucket comes now, where this instance looks. */
  lookNow(): void {
    this.#watch.lookNow()
  }

  lead({ authority, isFleetStart, previous, shard }: Promotion): void {
    const term = this.#term(shard, authority)
    this.#deps.fleet.terms.begin(shard, term, authority, previous)
    void term.run(previous, isFleetStart ? 'each' : undefined)
  }

  /** The parts for one pass by hand, without a term. */
  createPass(authority: Authority): Pass {
    const right = { authority, owns: () => true, stopping: authority.signal }
    return {
      engine: this.#deps.engines.createPass(authority),
      starter: new JobStarter(this.#env, this.#starting, right),
      cleanUp: this.#chores.cleanUp,
    }
  }

  /** @param some - the jobs of a member's term; those of a leader's are all of its shard */
  #term(shard: number, authority: Authority, some?: (name: string) => boolean): LeaderTerm {
    const env = this.#env
    const { bucket, catalog, engines } = this.#deps
    const { jobs } = catalog
    const { shards } = this.#options
    const owns = some ?? ((name: string) => shardOf(name, shards) === shard)
    const scope = { authority, owns, shard }
    const engine = some ? engines.createShared(authority, some) : engines.create(authority)
    const sources = { ...bucket, jobs }
    const known = (name: string): KnownJob | undefined => knownJob(sources, name)
    const promoting = { ...bucket, engine, known, scope }
    const deps = {
      scope,
      engine,
      lease: this.#lease(scope, engine),
      createStarter: (stopping: AbortSignal) => new JobStarter(env, this.#starting, { authority, owns, stopping }),
      promote: (previous: PreviousTerm | undefined, stopping: AbortSignal) =>
        promote(env, promoting, previous, stopping),
      watch: this.#watch,
      // One term of a process keeps the things of the whole bucket.
      chores: [...this.#chores.ofJobs(owns), ...(shard === 0 && some === undefined ? this.#chores.ofBucket() : [])],
    }
    return new LeaderTerm(env, deps)
  }

  #lease({ authority, owns, shard }: TermScope, engine: TickEngine): TermLease {
    const { bucket, catalog, fleet, standby } = this.#deps
    const { jobs } = catalog
    const deps = {
      engine,
      renew: async () => (authority.role === 'leader' ? fleet.coordinator.shards[shard]?.renewNow() : undefined),
      // A member's term has no lease to name standbys in.
      standbyList: authority.role === 'leader' ? standby?.list(shard) : undefined,
      awaited: () => awaitedJobs({ ...bucket, jobs, owns }),
      isStopping: () => fleet.isRetired,
      wereOthersThere: (at: number) => fleet.members.wereOthersThere(at),
    }
    return new TermLease(this.#env, deps, authority.epoch)
  }
}
