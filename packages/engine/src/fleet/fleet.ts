import { createCoordinator, type Shard, type Coordinator } from '@s3sched/coordinator'
import { CancelledError } from '@s3sched/executor'
import { shardOf, watchMsOf } from '@s3sched/jobs'
import type { CancelHere } from '@s3sched/jobs/bucket'
import { createSharedAbort, type Clock } from '@s3sched/kernel'
import { systemHost } from '@s3sched/lock'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { Authority } from '../runs/authority.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { MemberHeartbeat } from '../presence/member-heartbeat.ts'
import { Members } from './members.ts'
import type { ShardTerms } from './shard-terms.ts'

export interface FleetDeps {
  readonly bucket: Pick<Bucket, 'records' | 'requests'>
  readonly terms: ShardTerms
  readonly cancelHere: CancelHere
  /** Reads who looks on at runs. */
  readonly lookOn: () => Promise<void>
  /** The use of this process's slots, for people. */
  readonly slots: () => object
  /** Ends the work for a shard before its lease is released. */
  readonly drain: (shard: number) => Promise<void>
}

/** Interval of the writes of the member object by an instance without runs, in ms. */
const MEMBER_REFRESH_MS = 900_000
/** The most names of jobs in a member object. */
const SHOWN_JOBS = 5
/** Time from the leader's look at the marker to a lease with the missing actions and the new standbys, in ms. */
const RENEWED_MS = 2000
/** Time from an election to a lease with the new holder's missing actions, in ms. */
const ELECTED_MS = 1000

/** This instance among the others: its leases, its member object, and its authority for claims. */
export class Fleet {
  readonly terms: ShardTerms
  /** Never started without coordinator mode. */
  readonly coordinator: Coordinator
  readonly members: Members
  /** The authority for claims outside of this instance's own terms. */
  readonly member: Authority
  readonly #endMember = createSharedAbort()
  readonly #clock: Clock
  readonly #watchMs: number
  readonly #isCoordinated: boolean
  #isRetired = false

  constructor(env: EngineEnv, deps: FleetDeps, options: ResolvedEngineOptions) {
    const { clock, logger, random, self, store } = env
    const { bucket, cancelHere, drain, lookOn, slots, terms } = deps
    const { coldStartObservationWindow, heartbeatInterval, host = systemHost, shards, skipColdStart } = options
    const { signal } = this.#endMember
    this.#clock = clock
    this.#watchMs = watchMsOf(heartbeatInterval)
    this.#isCoordinated = options.enableCoordinator
    this.terms = terms
    this.member = { role: 'member', epoch: null, signal, isTrusted: () => !signal.aborted }
    this.coordinator = createCoordinator(store, {
      ...self,
      shards,
      heartbeatInterval,
      coldStartObservationWindow,
      skipColdStart,
      memberRefreshInterval: Math.max(MEMBER_REFRESH_MS, heartbeatInterval),
      payload: (shard) => ({ ...terms.of(shard)?.term?.payload(), slots: slots() }),
      drain: (_, shard) => drain(shard),
      past: (shard) => bucket.records.traits.tracesOf(shard),
      clock,
      random,
      logger,
      host,
    })
    const onBeat = async (): Promise<void> => {
      await bucket.requests.obeyCancels(cancelHere, signal)
      await lookOn()
    }
    this.members = new Members(env, { coordinator: this.coordinator, onBeat }, { heartbeatInterval, host })
  }

  /** The shard of a job. */
  shardOf(jobName: string): Shard {
    const { shards } = this.coordinator
    return shards[shardOf(jobName, shards.length)] as Shard
  }

  /** The authority of the instance for a claim of a job now. */
  authorityOf(jobName: string): Authority {
    return this.terms.authorityOf(jobName) ?? this.member
  }

  /** The first open tick that this instance is to decide as a leader, epoch ms; `Infinity` if there is none. */
  get nextOpen(): number {
    return this.terms.nextOpen
  }

  /** The current epoch of the job's shard as far as this instance knows; `undefined` without a coordinator. */
  knownEpoch(jobName: string): number | undefined {
    return this.#isCoordinated ? this.shardOf(jobName).epoch() : undefined
  }

  /** The term that the current leader of the job's shard took over. */
  previousTerm(jobName: string): PreviousTerm | undefined {
    return this.terms.ofJob(jobName)?.previous
  }

  /**
   * Called when this instance has announced a change: looks at the leases once their leaders have seen the change, and
   * before the next heartbeat.
   */
  lookAfterChange(): void {
    this.#lookIn(this.#watchMs + RENEWED_MS)
  }

  /** Called when another instance leads a shard from now on. */
  lookAfterElection(): void {
    this.#lookIn(ELECTED_MS)
  }

  /** 1 GET for each shard with another leader. */
  #lookIn(ms: number): void {
    const look = (): void => {
      if (this.#isRetired) return
      for (const shard of this.coordinator.shards) if (!shard.isLeader()) shard.lookNow()
    }
    this.#clock.sleep(ms, this.member.signal).then(look, () => undefined) // ended meanwhile
  }

  /** Shows jobs that other code defines otherwise, with the next write of the member object. */
  showRedefined(names: readonly string[]): void {
    const redefined = { count: names.length, jobs: names.slice(0, SHOWN_JOBS) }
    this.coordinator.noteMember(names.length === 0 ? undefined : { redefined })
  }

  get presence(): MemberHeartbeat {
    return this.members.presence
  }

  /** True while another instance leads the job, as far as known. */
  isLedElsewhere(jobName: string): boolean {
    const shard = this.shardOf(jobName)
    return shard.leaderPayload() !== undefined && !shard.isLeader()
  }

  /** True from the begin of a stop on. */
  get isRetired(): boolean {
    return this.#isRetired
  }

  /** Takes no further lease, and keeps the shards led now. */
  retire(): void {
    this.#isRetired = true
    this.coordinator.retire()
  }

  /** Ends the authority for claims as a member. */
  end(): void {
    this.#endMember.abort(new CancelledError('stopped'))
  }
}
