import { claimRun, type JobRecord, type OpenRun, type RunClaim } from '@s3sched/jobs'
import { type RecordChange, type RecordUpdate, UnreadableRecordError, type UpdateResult } from '@s3sched/jobs/bucket'
import type { ScheduleCache } from '../definitions/schedule-cache.ts'
import { claimOnce, claimTick, type NoSecondClaim, type TickClaim, type TickRefusal } from './claim-tick.ts'
import type { ClaimRequest, RunClaimsDeps, TickRequest } from './claim-request.ts'

/** The reasons against a claim; `landed` is none. */
export type ClaimRefusal<Refusal> = Refusal | Exclude<NoSecondClaim, 'landed'>

/** The answer to a claim, as a call: thousands of claims may be answered at an instant. One is called, once. */
export interface ClaimAnswer<Refusal> {
  claimed(run: OpenRun, record: JobRecord): void
  refused(why: ClaimRefusal<Refusal>): void
  /** It is unknown whether the run is claimed, and no attempt may start on it. */
  failed(error: unknown): void
}

export interface ClaimHost extends Pick<RunClaimsDeps, 'inHand' | 'presence' | 'releases'> {
  readonly schedules: Pick<ScheduleCache, 'get'>
  /** Called for each claim. @returns called where the claim has landed */
  readonly timed: () => () => void
}

/**
 * A claim from the request to its answer. The run counts as being here meanwhile.
 *
 * A run by hand, whose caller is told that the run did not start, and a member's claim, which would count as alive for as
 * long as the member lives, are taken back after an unknown outcome.
 */
abstract class ClaimUnderWay<Refusal> implements RecordUpdate<Refusal | NoSecondClaim> {
  readonly name: string
  readonly claim: RunClaim
  protected readonly host: ClaimHost
  readonly #answer: ClaimAnswer<Refusal>
  readonly #landed: () => void
  /** Ends the presence of a member for this claim. */
  readonly #unclaimed: (() => void) | undefined

  constructor(host: ClaimHost, name: string, claim: RunClaim, answer: ClaimAnswer<Refusal>) {
    this.host = host
    this.name = name
    this.claim = claim
    this.#answer = answer
    this.#landed = host.timed()
    host.inHand.hold(claim.runId)
    this.#unclaimed = claim.role === 'member' ? host.presence.claim() : undefined
  }

  protected abstract decide(record: JobRecord): RecordChange<Refusal>

  change(record: JobRecord | undefined): RecordChange<Refusal | NoSecondClaim> {
    return claimOnce(record, this.claim, (known) => this.decide(known))
  }

  answered(updated: UpdateResult<Refusal | NoSecondClaim>): void {
    const { record } = updated
    if (updated.outcome === 'stopped' && updated.stop !== 'landed') return this.#refuse(updated.stop)
    const run = record?.running.find((open) => open.runId === this.claim.runId)
    if (record === undefined || run === undefined) return this.#refuse('given-up')
    this.#unclaimed?.()
    this.#landed()
    this.#answer.claimed(run, record)
  }

  failed(cause: unknown): void {
    const { role, trigger } = this.claim
    const isUnknown = !(cause instanceof UnreadableRecordError)
    if (isUnknown && (trigger === 'manual' || role === 'member'))
      void this.host.releases.disown(this.name, this.claim).finally(() => this.#over())
    else this.#over()
    this.#answer.failed(cause)
  }

  #refuse(why: ClaimRefusal<Refusal>): void {
    this.#over()
    this.#answer.refused(why)
  }

  #over(): void {
    this.host.inHand.drop(this.claim.runId)
    this.#unclaimed?.()
  }
}

/** The claim of a tick of the schedule. */
export class TickClaimUnderWay extends ClaimUnderWay<TickRefusal> implements TickClaim {
  readonly tick: number
  readonly schedule: TickRequest['schedule']

  constructor(
    host: ClaimHost,
    name: string,
    { answer, schedule }: Pick<TickRequest, 'schedule'> & { readonly answer: ClaimAnswer<TickRefusal> },
    claim: RunClaim,
  ) {
    super(host, name, claim, answer)
    this.tick = claim.tick
    this.schedule = schedule
  }

  scheduleOf(record: JobRecord): ReturnType<ScheduleCache['get']> {
    return this.host.schedules.get(this.name, record)
  }

  isBlocked(record: JobRecord): boolean {
    return this.host.inHand.isBlocked(record)
  }

  protected override decide(record: JobRecord): RecordChange<TickRefusal> {
    return claimTick(record, this)
  }
}

/** The claim of a run with any other trigger. */
export class RequestUnderWay<Refusal> extends ClaimUnderWay<Refusal> {
  readonly #request: Pick<ClaimRequest<Refusal>, 'also' | 'refuse'>

  constructor(
    host: ClaimHost,
    name: string,
    request: Pick<ClaimRequest<Refusal>, 'also' | 'refuse'> & { readonly answer: ClaimAnswer<Refusal> },
    claim: RunClaim,
  ) {
    super(host, name, claim, request.answer)
    this.#request = request
  }

  protected override decide(record: JobRecord): RecordChange<Refusal> {
    const { also = (claimed) => claimed, refuse } = this.#request
    const refusal = refuse(record)
    return refusal === undefined ? { write: also(claimRun(record, this.claim)) } : { stop: refusal }
  }
}
