import { shardOf } from '@s3sched/jobs'
import type { Authority } from '../runs/authority.ts'
import type { PreviousTerm } from './follow-coordinator.ts'
import type { LeaderTerm } from './leader-term.ts'

interface Seat {
  authority: Authority | undefined
  term: LeaderTerm | undefined
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

  begin(shard: number, term: LeaderTerm, authority: Authority, previous: PreviousTerm | undefined): void {
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
