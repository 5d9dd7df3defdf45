import { shardOf } from '@s3sched/jobs'
import type { Authority } from '../runs/authority.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'

/** The work for the jobs of a shard, from the promotion to the end of the authority. */
export interface Term {
  /** The payload of the term's lease. No further request. */
  payload(): Readonly<Record<string, unknown>>
  /** Called when a job is new, or changed. */
  touch(name: string): void
  /** Start of the time in which no instance claims the job's ticks; `undefined` when claimed, as far as known. */
  unservedSince(name: string): number | undefined
  /** The first open tick of the shard's jobs, epoch ms; `undefined` if there is none, and after the end of the term. */
  readonly nextOpen: number | undefined
  /** Starts the jobs after `predecessor`. Never rejects. */
  evaluateChains(predecessor: string): Promise<void>
  /** Goes on with the backfill of a job. Never rejects. */
  advanceBackfills(name: string): Promise<void>
  /** Makes no claim from now on, although the authority may go on. */
  stop(): void
  /** Resolves when no claim is under way. */
  decided(): Promise<void>
}

interface Seat {
  authority: Authority | undefined
  term: Term | undefined
  previous: PreviousTerm | undefined
}

/** The shards led by the instance, with the last term and the term's authority. */
export class ShardTerms {
  readonly #seats: readonly Seat[]

  constructor(shards: number) {
    this.#seats = Array.from({ length: shards }, () => ({
      authority: undefined,
      term: undefined,
      previous: undefined,
    }))
  }

  get shards(): number {
    return this.#seats.length
  }

  /** True once a term has begun here. */
  get any(): boolean {
    return this.#seats.some(({ term }) => term !== undefined)
  }

  begin(shard: number, term: Term, authority: Authority, previous: PreviousTerm | undefined): void {
    const seat = this.#seats[shard]
    if (seat !== undefined) Object.assign(seat, { authority, term, previous })
  }

  of(shard: number): Readonly<Seat> | undefined {
    return this.#seats[shard]
  }

  ofJob(name: string): Readonly<Seat> | undefined {
    return this.#seats[shardOf(name, this.shards)]
  }

  /** The authority to claim a job as its leader now; `undefined` when this instance doesn't lead the job's shard. */
  authorityOf(name: string): Authority | undefined {
    const authority = this.ofJob(name)?.authority
    return authority?.role === 'leader' && authority.isTrusted() ? authority : undefined
  }

  /** True while this process leads the job. */
  leads(name: string): boolean {
    return this.authorityOf(name) !== undefined
  }

  /** The first open tick of all terms here, epoch ms; `Infinity` if there is none. */
  get nextOpen(): number {
    return Math.min(...this.#seats.map(({ term }) => term?.nextOpen ?? Infinity))
  }

  /** Called when a run of the job has ended here: the jobs after it may be of any shard. */
  evaluateChains(predecessor: string): void {
    for (const { term } of this.#seats) void term?.evaluateChains(predecessor)
  }

  /** Called when a run of a job with a backfill has ended here. */
  advanceBackfills(name: string): void {
    void this.ofJob(name)?.term?.advanceBackfills(name)
  }

  /** Makes no claim from now on. */
  stop(): void {
    for (const { term } of this.#seats) term?.stop()
  }

  /** Resolves when no claim is under way. */
  async decided(): Promise<void> {
    await Promise.all(this.#seats.map(async ({ term }) => term?.decided()))
  }
}
