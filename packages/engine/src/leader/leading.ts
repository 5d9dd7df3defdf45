import type { ShardedCoordinator } from '@s3sched/coordinator'
import type { History } from '@s3sched/history'
import type { Clock, Random } from '@s3sched/kernel'
import type { ObjectStore, ServerClock } from '@s3sched/store'
import { type ChangeMarker, type ClockWatch, type JobRoll, type LocalJob, shardOf, watchMsOf } from '@s3sched/jobs'
import type { JobRegistrar } from '../definitions/job-registrar.ts'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { Authority } from '../runs/authority.ts'
import type { RunCancels } from '../runs/run-cancels.ts'
import { runDue, type DueRun } from '../runs/run-due.ts'
import type { EndedRun } from '../runs/run-service.ts'
import type { TickEngines } from '../ticks/tick-engines.ts'
import { BucketWatch } from './bucket-watch.ts'
import { CleanUp } from './clean-up.ts'
import type { PreviousTerm, Promotion } from './follow-coordinator.ts'
import type { Chore } from './insist.ts'
import { JobStarter, type JobStarterDeps } from './job-starter.ts'
import { type KnownJob, knownJob } from './known-job.ts'
import { LeaderTerm } from './leader-term.ts'
import type { Members } from './members.ts'
import { promote } from './promote.ts'
import type { ShardTerms } from './shard-terms.ts'
import { SharedList } from './shared-list.ts'
import { awaitedJobs, TermLease } from './term-lease.ts'
import type { StandbyRoll } from '../standby/standby-roll.ts'
import { UnledJobs } from './unled-jobs.ts'

export interface LeadingDeps extends Omit<
  JobStarterDeps,
  'owns' | 'authorityOf' | 'localJob' | 'localNames' | 'cancelHere'
> {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly options: EngineOptions
  readonly localJobs: ReadonlyMap<string, LocalJob>
  readonly registrar: JobRegistrar
  readonly roll: JobRoll | undefined
  readonly schedules: ScheduleCache
  readonly history: History | undefined
  readonly members: Members
  readonly coordinator: ShardedCoordinator
  readonly engines: TickEngines
  readonly marker: ChangeMarker
  readonly cancels: RunCancels
  readonly serverClock: ServerClock
  readonly terms: ShardTerms
  /** The authority for claims outside of this instance's own terms. */
  readonly member: Authority
  /** The standbys in the lease of a shard. */
  readonly standbyRoll: (shard: number) => StandbyRoll | undefined
  readonly isStopping: () => boolean
  readonly clockWatch: ClockWatch
}

/** Time from the leader's look at the marker to a lease with the missing actions, in ms. */
const RENEWED_MS = 1000
/** Interval of writes of the index of unchanged records, in ms. */
const ROLL_MS = 600_000
/** Pause before a failed clean-up is tried again, in ms. */
const CLEAN_UP_AGAIN_MS = 60_000
/** Time from a promotion to the first look at runs that ended long ago, in ms. */
const FIRST_FOLD_MS = 300_000

/** The same chores in three places: where this instance leads, where nobody leads, and in a pass by hand. */
export class Leading {
  readonly #deps: LeadingDeps
  readonly #watch: BucketWatch
  readonly #lists: SharedList
  readonly #cleanUp: CleanUp
  /** The jobs that their leaders have no action for. */
  readonly unled: UnledJobs

  constructor(deps: LeadingDeps) {
    const { book, clock, events, history, logger, marker, members, options, random, requests, store } = deps
    this.#deps = deps
    const { heartbeatInterval } = options
    const watchMs = watchMsOf(heartbeatInterval)
    this.#watch = new BucketWatch({ book, marker, requests, clock, events, logger, watchMs })
    this.unled = new UnledJobs({
      shards: deps.coordinator.shards,
      clock,
      localJobs: deps.localJobs,
      heartbeatInterval,
      heardWithinMs: watchMs + RENEWED_MS,
      createTerm: (shard, owns) => this.#term(shard, deps.member, owns),
    })
    this.#lists = new SharedList((signal) => book.list(signal))
    const forgetMembers = (): Promise<void> => members.forget()
    this.#cleanUp = new CleanUp({ store, random, history, forgetMembers, intervalMs: options.cleanupInterval })
  }

  /** The authority for a claim of the job now. */
  authorityOf(jobName: string): Authority {
    const { member, terms } = this.#deps
    return terms.authorityOf(jobName) ?? member
  }

  /**
   * The instant since which nobody claims the job's ticks, as its leader found; `null` when claimed, as far as known.
   * Epoch ms.
   */
  unservedSince(jobName: string): number | null {
    const { coordinator, options, terms } = this.#deps
    if (this.unled.has(jobName)) return null
    const told = coordinator.shards[shardOf(jobName, options.shards)]?.leaderPayload()?.['unserved']
    const since = (told as Readonly<Record<string, unknown>> | undefined)?.[jobName]
    return terms.ofJob(jobName)?.term?.unservedSince(jobName) ?? (typeof since === 'number' ? since : null)
  }

  lead({ authority, isFleetStart, previous, shard }: Promotion): void {
    const { terms } = this.#deps
    const term = this.#term(shard, authority)
    terms.begin(shard, term, authority, previous)
    void term.run(previous, isFleetStart ? 'each' : undefined)
  }

  /** @param some - the jobs of a member's term; those of a leader's are all of its shard */
  #term(shard: number, authority: Authority, some?: (name: string) => boolean): LeaderTerm {
    const { book, coordinator, engines, isStopping, marker, members, options, schedules, serverClock } = this.#deps
    const { claimAhead, shards } = options
    const owns = some ?? ((name: string) => shardOf(name, shards) === shard)
    const scope = { shard, owns }
    const starting = { ...this.#starterDeps(), owns }
    const { localJob } = starting
    const engine = some ? engines.createShared(authority, claimAhead, some) : engines.create(authority, claimAhead)
    const ticking = { ...this.#deps, clock: serverClock.ticking(), engine, scope, localJob }
    const lease = new TermLease(
      {
        ...ticking,
        workerId: coordinator.workerId,
        standbyRoll: some ? undefined : this.#deps.standbyRoll(shard),
        awaited: () => awaitedJobs({ book, localJob, owns }),
        isStopping,
        wereOthersThere: (at: number) => members.wereOthersThere(at),
      },
      authority.epoch,
    )
    const sources = { book, localJob, scheduleOf: schedules.get.bind(schedules) }
    const known = (name: string): KnownJob | undefined => knownJob(sources, name)
    const promoting = { ...ticking, lists: this.#lists, marker, known }
    const deps = {
      ...ticking,
      lease,
      renew: async () => (authority.role === 'leader' ? coordinator.shards[shard]?.renewNow() : undefined),
      createStarter: (stopping: AbortSignal) =>
        new JobStarter({ ...starting, clock: ticking.clock }, authority, stopping),
      promote: (previous: PreviousTerm | undefined, stopping: AbortSignal) => promote(promoting, previous, stopping),
      watch: this.#watch,
      chores: this.#chores(owns, shard === 0 && some === undefined),
    }
    return new LeaderTerm(deps, authority)
  }

  /** @param keepsHouse - true when the term also keeps the things of a whole process: the index, and a clean bucket */
  #chores(owns: (name: string) => boolean, keepsHouse: boolean): readonly Chore[] {
    const { options, roll, runs, serverClock } = this.#deps
    const { cleanupInterval } = options
    const fold: Chore = {
      firstMs: FIRST_FOLD_MS,
      afterTroubleMs: CLEAN_UP_AGAIN_MS,
      // Ended runs that no claim has folded for a long time: the job is rare, or paused, or has no schedule.
      work: async () => {
        await runs.folds.foldEndedBefore(serverClock.ticking().now() - cleanupInterval, owns)
        return cleanupInterval
      },
    }
    if (!keepsHouse) return [fold]
    const keepRoll: Chore = {
      firstMs: ROLL_MS,
      afterTroubleMs: ROLL_MS,
      work: async () => {
        await roll?.write()
        return ROLL_MS
      },
    }
    const cleanUp: Chore = {
      firstMs: 0,
      afterTroubleMs: CLEAN_UP_AGAIN_MS,
      work: (signal) => this.#cleanUp.doIfDue(signal),
    }
    return [fold, keepRoll, cleanUp]
  }

  /** One pass over the due ticks and requests, awaited to its end. */
  async runDue(): Promise<DueRun[]> {
    const { engines, member } = this.#deps
    const begun: Promise<EndedRun>[] = []
    const authority = { ...member, onRun: (ended: Promise<EndedRun>) => void begun.push(ended) }
    const { signal } = authority
    return runDue({
      ...this.#deps,
      engine: engines.createPass(authority),
      starter: new JobStarter({ ...this.#starterDeps(), owns: () => true }, authority, signal),
      cleanUp: this.#cleanUp,
      begun,
      signal,
    })
  }

  #starterDeps(): Omit<JobStarterDeps, 'owns'> {
    const { cancels, localJobs } = this.#deps
    return {
      ...this.#deps,
      authorityOf: (name) => this.authorityOf(name),
      localJob: (name) => localJobs.get(name),
      localNames: () => [...localJobs.keys()],
      cancelHere: cancels.here,
    }
  }
}
