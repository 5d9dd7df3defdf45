/**
 * Claims runs by compare-and-swap on the job's record: 1 PUT.
 *
 * A run starts only on a claim that is known to be written. A claim with an unknown outcome is left to the next look at
 * the record by a leader; a run by hand, whose caller is told that the run did not start, and a member's claim, which
 * would count as alive for as long as the member lives, are taken back.
 */
import type { Schedule } from '@s3sched/cron'
import {
  claimRun,
  type RecordCache,
  type JobRecord,
  type OpenRun,
  type RecordChange,
  type RunClaim,
  UnreadableRecordError,
} from '@s3sched/jobs'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { MemberHeartbeat } from '../leader/member-heartbeat.ts'
import type { Authority } from './authority.ts'
import { ClaimLead } from '../ticks/claim-lead.ts'
import { carriedFields } from './carried-fields.ts'
import { claimOnce, claimTick, type NoSecondClaim, type TickRefusal } from './claim-tick.ts'
import { claimantOf } from './claimant.ts'
import { leaseOfRun } from './run-lease.ts'
import type { RunReleases } from './run-releases.ts'
import type { RunsInHand } from './runs-in-hand.ts'

type Env = Pick<EngineEnv, 'clock' | 'random' | 'self' | 'serverClock'>

export interface RunClaimsDeps {
  readonly records: Pick<RecordCache, 'ask' | 'update'>
  readonly inHand: RunsInHand
  readonly presence: Pick<MemberHeartbeat, 'claim' | 'show'>
  readonly releases: RunReleases
  /** The schedule in force of each job. */
  readonly schedules: Pick<ScheduleCache, 'get'>
}

/** A run of a job, for any other reason than a tick of the schedule. */
export interface ClaimRequest<Refusal> {
  readonly trigger: Exclude<RunClaim['trigger'], 'schedule'>
  readonly authority: Authority
  /** The run's scheduled time. @default now, by the store's time as far as it is proven */
  readonly tick?: number
  readonly runId?: string
  /** Called with the record that the claim would change; returns a reason not to claim. */
  readonly refuse: (record: JobRecord) => Refusal | undefined
  /** A further change in the same write. */
  readonly also?: (record: JobRecord) => JobRecord
  /** More fields for the action's context, kept with the run until the run has ended. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** See {@link OpenRun.predecessors}. */
  readonly predecessors?: OpenRun['predecessors']
}

/** A tick of the schedule. */
export interface TickRequest {
  readonly authority: Authority
  /** The schedule of the decision; under another schedule the decision is void. */
  readonly schedule: Schedule
  readonly tick: number
}

export type ClaimOutcome<Refusal> =
  | { readonly outcome: 'claimed'; readonly run: OpenRun; readonly record: JobRecord }
  | { readonly outcome: 'refused'; readonly why: Refusal | Exclude<NoSecondClaim, 'landed'> }

export class RunClaims {
  readonly #env: Env
  readonly #deps: RunClaimsDeps
  readonly #leaderTrustedMs: number | undefined
  readonly #lead: ClaimLead
  /** The store's time for the last claim, in ms. */
  #lastClaimMs = 0

  /**
   * @param leaderTrustedMs - the trusted time of a leader's lease, in ms; `undefined` where no other instance would look
   * for a run lease, and each run depends on its leader's lease
   */
  constructor(env: Env, deps: RunClaimsDeps, leaderTrustedMs: number | undefined, claimAheadMs: number) {
    this.#env = env
    this.#lead = new ClaimLead(claimAheadMs)
    this.#deps = deps
    this.#leaderTrustedMs = leaderTrustedMs
  }

  /** The time by which claims should be ahead of their ticks, in ms. */
  get leadMs(): number {
    return this.#lead.ms
  }

  /** Awaited before a claim or a takeover: at most 1 PUT per heartbeat for a member, none for a leader. */
  async show(authority: Authority): Promise<void> {
    if (authority.role === 'member') await this.#deps.presence.show()
  }

  /**
   * Claims a tick of the schedule. A claimed run counts as being here, and must be handed to {@link RunService.execute}.
   * @throws the store's error: the outcome of the claim is then unknown, and no attempt may start on it
   */
  claimTick(name: string, { authority, schedule, tick }: TickRequest): Promise<ClaimOutcome<TickRefusal>> {
    const { inHand, schedules } = this.#deps
    const trustedMs = this.#leaderTrustedMs
    const toNextMs = (schedule.next(tick) ?? Infinity) - tick
    const lastClaimMs = this.#lastClaimMs
    const request = {
      schedule,
      tick,
      scheduleOf: (record: JobRecord) => schedules.get(name, record),
      isBlocked: (record: JobRecord) => inHand.isBlocked(record),
      leaseMs:
        trustedMs === undefined ? undefined : leaseOfRun({ toNextMs, leadMs: this.leadMs, lastClaimMs, trustedMs }),
    }
    return this.#claim(name, { authority, tick, trigger: 'schedule' }, (record, claim) =>
      claimTick(record, { ...request, claim }),
    )
  }

  /** Like {@link claimTick}, for a run with another trigger. */
  claim<Refusal>(name: string, request: ClaimRequest<Refusal>): Promise<ClaimOutcome<Refusal>> {
    const { also = (record) => record, refuse } = request
    return this.#claim(name, request, (record, claim): RecordChange<Refusal> => {
      const refusal = refuse(record)
      return refusal === undefined ? { write: also(claimRun(record, claim)) } : { stop: refusal }
    })
  }

  async #claim<Refusal>(
    name: string,
    request: Omit<ClaimRequest<Refusal>, 'also' | 'refuse' | 'trigger'> & Pick<RunClaim, 'trigger'>,
    change: (record: JobRecord, claim: RunClaim) => RecordChange<Refusal>,
  ): Promise<ClaimOutcome<Refusal>> {
    const { clock, random, self, serverClock } = this.#env
    const { records, inHand, presence, releases } = this.#deps
    const { authority, predecessors, trigger } = request
    const runId = request.runId ?? random.id()
    if (authority.role === 'member') await this.show(authority)
    const now = serverClock.sharedNow()
    const by = claimantOf(authority, self, now)
    const claim = {
      runId,
      tick: request.tick ?? now,
      trigger,
      ...by,
      fields: carriedFields(request.fields),
      ...(predecessors === undefined ? {} : { predecessors }),
    }
    const letGo = inHand.hold(runId)
    const answered = authority.role === 'member' ? presence.claim() : undefined
    const over = (): void => {
      letGo()
      answered?.()
    }
    const askedAt = clock.monotonic()
    let isClaimed = false
    let isUnknown = true
    try {
      const once = (record: JobRecord | undefined) => claimOnce(record, claim, (known) => change(known, claim))
      // The caller of a run by hand is told soon that the run did not start.
      const updated = await (trigger === 'manual'
        ? records.ask(name, once, authority.signal)
        : records.update(name, once, authority.signal))
      isUnknown = false
      if (updated.outcome === 'stopped' && updated.stop !== 'landed') return { outcome: 'refused', why: updated.stop }
      const run = updated.record?.running.find((open) => open.runId === runId)
      if (run === undefined || updated.record === undefined) return { outcome: 'refused', why: 'given-up' }
      isClaimed = true
      this.#lastClaimMs = clock.monotonic() - askedAt
      this.#lead.note(this.#lastClaimMs)
      return { outcome: 'claimed', run, record: updated.record }
    } catch (error) {
      if (error instanceof UnreadableRecordError) isUnknown = false
      throw error
    } finally {
      if (isUnknown && (trigger === 'manual' || authority.role === 'member'))
        void releases.disown(name, claim).finally(over)
      else if (isClaimed) answered?.()
      else over()
    }
  }
}
