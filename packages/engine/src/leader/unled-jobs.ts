/**
 * Jobs whose action this instance has and their leader lacks: the instance works for these jobs as a member, like a
 * leader.
 *
 * **Authority.** None is needed: a tick, a request and a chain belong to the instance that claims them on the job's
 * record. The leader's lease lists, at no extra request, the jobs of its shard without an action in the leader
 * (`unclaimed`), and every follower finds its own jobs in the list at its next look at the lease. A term like a
 * leader's then begins here for these jobs alone: the term plans and claims their ticks, watches the bucket, obeys
 * requests, starts chains. Among several instances with the action, the instance of the last claimed tick goes first
 * (`tick-courtesy.ts`), and the others take over otherwise.
 *
 * **End.** The term lasts as long as the last seen lease lists the job, also while nobody leads. When another leader
 * has the action, its lease does not list the job; until both sides have seen this lease, both may claim, and only one
 * of the claims is accepted.
 *
 * **Delay.** A new job here has changed its record, and the change marker tells the leader, which renews its lease when
 * another action than before is missing. This instance looks at the lease after the time of these steps
 * (`Fleet.lookAfterChange`).
 */
import type { Coordinator, Shard } from '@s3sched/coordinator'
import { type LocalJob, shardOf } from '@s3sched/jobs'
import { isObject } from '@s3sched/kernel'
import type { LeaderTerm } from './leader-term.ts'

export interface UnledJobsDeps {
  readonly coordinator: Pick<Coordinator, 'on' | 'shards'>
  readonly jobs: Pick<ReadonlyMap<string, LocalJob>, 'has'>
  /** Creates a member's term for jobs of the shard. */
  readonly createTerm: (shard: number, owns: (name: string) => boolean) => LeaderTerm
}

interface Stint {
  readonly term: LeaderTerm
  readonly names: Set<string>
}

export class UnledJobs {
  readonly #deps: UnledJobsDeps
  readonly #stints = new Map<number, Stint>()
  #isOn = false

  constructor(deps: UnledJobsDeps) {
    this.#deps = deps
  }

  /** The jobs here and the lists in the leases change with these events and with {@link touch} alone. */
  start(): void {
    const { coordinator } = this.#deps
    this.#isOn = true
    coordinator.on('seen', ({ shard }) => this.#see(coordinator.shards[shard] as Shard))
    for (const shard of coordinator.shards) this.#see(shard)
  }

  /** Makes no claim from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#isOn = false
    const terms = [...this.#stints.values()].map(({ term }) => term)
    for (const term of terms) term.stop()
    await Promise.all(terms.map((term) => term.decided()))
  }

  /** Called when a job is new here, changed, or removed. */
  touch(name: string): void {
    const { shards } = this.#deps.coordinator
    const shard = shards[shardOf(name, shards.length)] as Shard
    const stint = this.#stints.get(shard.index)
    const isClaimedHere = stint?.names.has(name) === true
    // Most of the many calls change no list.
    if (this.#isUnled(shard, name) !== isClaimedHere) this.#see(shard)
    else if (isClaimedHere) stint.term.touch(name)
  }

  /** Called when a run of the job has ended here. */
  evaluateChains(predecessor: string): void {
    for (const { term } of this.#stints.values()) void term.evaluateChains(predecessor)
  }

  /** Called when a run of a job with a backfill has ended here. */
  advanceBackfills(name: string): void {
    for (const { names, term } of this.#stints.values()) if (names.has(name)) void term.advanceBackfills(name)
  }

  /** True when this instance claims the job's ticks as a member. */
  has(name: string): boolean {
    return [...this.#stints.values()].some(({ names }) => names.has(name))
  }

  /** True when another instance waits for the end of the job's runs. */
  isAwaited(name: string): boolean {
    return this.#deps.coordinator.shards.some((shard) => namesIn(shard.leaderPayload()?.['awaited']).includes(name))
  }

  /** True for a job of this instance that the last seen lease of another leader lists. */
  #isUnled(shard: Shard, name: string): boolean {
    return this.#deps.jobs.has(name) && Object.hasOwn(listIn(shard), name)
  }

  #see(shard: Shard): void {
    if (!this.#isOn) return
    const { createTerm, jobs } = this.#deps
    const mine = new Set(Object.keys(listIn(shard)).filter((name) => jobs.has(name)))
    const stint = this.#stints.get(shard.index)
    if (mine.size === 0) {
      stint?.term.stop()
      this.#stints.delete(shard.index)
    } else if (stint === undefined) {
      const term = createTerm(shard.index, (name) => mine.has(name))
      this.#stints.set(shard.index, { term, names: mine })
      void term.run(undefined, 'never-claimed')
    } else {
      for (const name of stint.names) if (!mine.has(name)) stint.names.delete(name)
      const added = [...mine].filter((name) => !stint.names.has(name))
      for (const name of added) stint.names.add(name)
      if (added.length > 0) void stint.term.adopt(added, 'never-claimed')
    }
  }
}

/** The jobs that the shard's leader has no action for; none of a shard under this instance's own lead. */
function listIn(shard: Shard): object {
  const listed = shard.isLeader() ? undefined : shard.leaderPayload()?.['unclaimed']
  return isObject(listed) ? listed : {}
}

function namesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
