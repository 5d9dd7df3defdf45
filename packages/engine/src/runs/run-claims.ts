/**
 * Claims runs by compare-and-swap on the job's record: 1 PUT.
 *
 * A run starts only on a claim that is known to be written. A claim with an unknown outcome is left to the next look at
 * the record by a leader; a run by hand, whose caller is told that the run did not start, and a member's claim, which
 * would count as alive for as long as the member lives, are taken back.
 */
import type { Schedule } from '@s3sched/cron'
import type { JobRecord, OpenRun, RunClaim } from '@s3sched/jobs'
import type { EngineEnv } from '../engine-env.ts'
import type { Authority } from './authority.ts'
import { ClaimLead } from '../pace/claim-lead.ts'
import { SlowClaims } from '../pace/slow-claims.ts'
import { carriedFields } from './carried-fields.ts'
import {
  type ClaimAnswer,
  type ClaimHost,
  type ClaimRefusal,
  RequestUnderWay,
  TickClaimUnderWay,
} from './claim-under-way.ts'
import type { ClaimRequest, RunClaimsDeps, TickRequest } from './claim-request.ts'
import type { TickRefusal } from './claim-tick.ts'
import { claimantOf } from './claimant.ts'
import { leaseOfRun } from './run-lease.ts'

type Env = Pick<EngineEnv, 'clock' | 'logger' | 'random' | 'self' | 'serverClock'>

export type ClaimOutcome<Refusal> =
  | { readonly outcome: 'claimed'; readonly run: OpenRun; readonly record: JobRecord }
  | { readonly outcome: 'refused'; readonly why: ClaimRefusal<Refusal> }

export class RunClaims {
  readonly #env: Env
  readonly #deps: RunClaimsDeps
  readonly #leaderTrustedMs: number | undefined
  readonly #lead: ClaimLead
  readonly #host: ClaimHost
  /** The store's time for the last claim, in ms. */
  #lastClaimMs = 0

  /**
   * @param leaderTrustedMs - the trusted time of a leader's lease, in ms; `undefined` where no other instance would look
   * for a run lease, and each run depends on its leader's lease
   */
  constructor(env: Env, deps: RunClaimsDeps, leaderTrustedMs: number | undefined, claimAheadMs: number) {
    this.#env = env
    this.#lead = new ClaimLead(claimAheadMs)
    const slow = new SlowClaims(env, claimAheadMs)
    this.#deps = deps
    this.#leaderTrustedMs = leaderTrustedMs
    this.#host = {
      ...deps,
      timed: () => {
        const askedAt = env.clock.monotonic()
        return () => {
          const tookMs = (this.#lastClaimMs = env.clock.monotonic() - askedAt)
          this.#lead.note(tookMs)
          slow.note(tookMs)
        }
      },
    }
  }

  /** The time by which claims should be ahead of their ticks, in ms. */
  get leadMs(): number {
    return this.#lead.ms
  }

  /** Awaited before a claim or a takeover: at most 1 PUT per heartbeat for a member, none for a leader. */
  async show(authority: Authority): Promise<void> {
    if (authority.role === 'member') await this.#deps.presence.show()
  }

  /** Claims a tick of the schedule. A claimed run counts as being here, and must be handed to {@link RunService.execute}. */
  claimTick(name: string, request: TickRequest, answer: ClaimAnswer<TickRefusal>): void {
    if (request.authority.role === 'leader') this.#submitTick(name, request, answer)
    else void this.#submitShown(name, request, answer)
  }

  /**
   * Like {@link claimTick}, for a run with another trigger.
   * @throws the store's error: the outcome of the claim is then unknown, and no attempt may start on it
   */
  async claim<Refusal>(name: string, request: ClaimRequest<Refusal>): Promise<ClaimOutcome<Refusal>> {
    const { authority, fields, predecessors, trigger } = request
    const runId = request.runId ?? this.#env.random.id()
    await this.show(authority)
    return new Promise((resolve, reject) => {
      const now = this.#env.serverClock.sharedNow()
      const claim = { runId, ...claimantOf(authority, this.#env.self, now), tick: request.tick ?? now, trigger }
      const answer: ClaimAnswer<Refusal> = {
        claimed: (run, record) => resolve({ outcome: 'claimed', run, record }),
        refused: (why) => resolve({ outcome: 'refused', why }),
        failed: reject,
      }
      const asked = { ...request, answer }
      const carried = { fields: carriedFields(fields), ...(predecessors === undefined ? {} : { predecessors }) }
      const underWay = new RequestUnderWay(this.#host, name, asked, { ...claim, ...carried })
      const { records } = this.#deps
      if (trigger !== 'manual') return records.submit(name, underWay, authority)
      // The caller of a run by hand is told soon that the run did not start.
      records
        .ask(name, (record) => underWay.change(record), authority.signal)
        .then(
          (updated) => underWay.answered(updated),
          (error: unknown) => underWay.failed(error),
        )
    })
  }

  async #submitShown(name: string, request: TickRequest, answer: ClaimAnswer<TickRefusal>): Promise<void> {
    try {
      await this.show(request.authority)
    } catch (error) {
      return answer.failed(error)
    }
    this.#submitTick(name, request, answer)
  }

  #submitTick(name: string, { authority, schedule, tick }: TickRequest, answer: ClaimAnswer<TickRefusal>): void {
    const { random, self, serverClock } = this.#env
    const by = claimantOf(authority, self, serverClock.sharedNow())
    const leaseMs = this.#leaseMs(schedule, tick)
    const claim: RunClaim = { runId: random.id(), ...by, tick, trigger: 'schedule', leaseMs }
    const underWay = new TickClaimUnderWay(this.#host, name, { schedule, answer }, claim)
    this.#deps.records.submit(name, underWay, authority)
  }

  #leaseMs(schedule: Schedule, tick: number): number | undefined {
    const trustedMs = this.#leaderTrustedMs
    if (trustedMs === undefined) return undefined
    const toNextMs = (schedule.next(tick) ?? Infinity) - tick
    return leaseOfRun({ toNextMs, leadMs: this.leadMs, lastClaimMs: this.#lastClaimMs, trustedMs })
  }
}
