/**
 * Jobs that this instance has the action of and their leader has not: it does for them, as a member, what a leader does.
 *
 * **Authority.** None is needed: a tick, a request and a chain belong to whoever claims them on the job's record. The leader's lease
 * lists, at no extra request, the jobs of its shard that it has no action for (`unclaimed`), and every follower sees its own
 * among them at its next look at the lease. The same term that a leader begins then begins here for those jobs alone: it plans
 * and claims their ticks, watches the bucket, obeys requests, starts chains. Of several instances that have the action, the one
 * that claimed the last tick goes first (`tick-courtesy.ts`), and the others take over when it does not.
 *
 * **Until when.** As long as the last lease that was seen lists the job, also while nobody leads. When another leader has the action,
 * the lease says so by not listing it; until each side has seen that, both may claim, and one of the claims is accepted.
 *
 * **How soon.** A job that is new here has changed its record, and the change marker tells the leader, which renews its lease when it
 * lacks another action than before. This instance looks at the lease when that must have happened.
 */
import type { Shard } from '@s3sched/coordinator'
import type { Clock } from '@s3sched/kernel'
import type { LocalJob } from '../job/local-job.ts'
import type { LeaderTerm } from './leader-term.ts'

export interface UnledJobsDeps {
  readonly shards: readonly Shard[]
  readonly clock: Clock
  readonly localJobs: Pick<ReadonlyMap<string, LocalJob>, 'has'>
  readonly heartbeatInterval: number
  /** How long after a change the leader has seen it and renewed its lease, in ms. */
  readonly heardWithinMs: number
  /** A member's term of jobs of the shard. */
  readonly createTerm: (shard: number, owns: (name: string) => boolean) => LeaderTerm
}

/** How often it is seen what the lease lists that was read last, at most, in ms. No request. */
const SEE_MS = 1000
/** How long after an election the lease says what its new holder lacks, in ms. */
const ELECTED_MS = 1000

interface Stint {
  readonly term: LeaderTerm
  readonly names: Set<string>
}

export class UnledJobs {
  readonly #deps: UnledJobsDeps
  readonly #stints = new Map<number, Stint>()
  readonly #stopping = new AbortController()

  constructor(deps: UnledJobsDeps) {
    this.#deps = deps
  }

  /** @param hasChanged - this instance has changed some job's record, which the leader hears of soon */
  start(hasChanged: boolean): void {
    void this.#run()
    if (hasChanged) this.#lookIn(this.#deps.heardWithinMs)
  }

  /** Somebody else leads a shard from now on. */
  elected(): void {
    this.#lookIn(ELECTED_MS)
  }

  /** Claims nothing from now on. Resolves when no claim is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const terms = [...this.#stints.values()].map(({ term }) => term)
    for (const term of terms) term.stop()
    await Promise.all(terms.map((term) => term.decided()))
  }

  /** A job is new here, or something about it changed. */
  touch(name: string): void {
    for (const { names, term } of this.#stints.values()) if (names.has(name)) term.touch(name)
  }

  /** A run of the job has ended here. */
  evaluateChains(predecessor: string): void {
    for (const { term } of this.#stints.values()) void term.evaluateChains(predecessor)
  }

  /** Whether this instance claims the job's ticks as a member. */
  has(name: string): boolean {
    return [...this.#stints.values()].some(({ names }) => names.has(name))
  }

  /** Whether somebody waits for the end of the job's runs who is not where they run. */
  isAwaited(name: string): boolean {
    return this.#deps.shards.some((shard) => namesIn(shard.leaderPayload()?.['awaited']).includes(name))
  }

  async #run(): Promise<void> {
    const { clock, heartbeatInterval, shards } = this.#deps
    const { signal } = this.#stopping
    while (!signal.aborted) {
      for (const shard of shards) this.#see(shard)
      await clock.sleep(Math.min(SEE_MS, heartbeatInterval / 2), signal).catch(() => undefined) // ends with the loop's condition
    }
  }

  #lookIn(ms: number): void {
    const { clock, shards } = this.#deps
    const look = (): void => {
      for (const shard of shards) if (!shard.isLeader()) shard.lookNow()
    }
    clock.sleep(ms, this.#stopping.signal).then(look, () => undefined) // stopped meanwhile
  }

  #see(shard: Shard): void {
    const { createTerm, localJobs } = this.#deps
    const listed = shard.isLeader() ? [] : Object.keys(shard.leaderPayload()?.['unclaimed'] ?? {})
    const mine = new Set(listed.filter((name) => localJobs.has(name)))
    const stint = this.#stints.get(shard.index)
    if (mine.size === 0) {
      stint?.term.stop()
      this.#stints.delete(shard.index)
    } else if (stint === undefined) {
      const term = createTerm(shard.index, (name) => mine.has(name))
      this.#stints.set(shard.index, { term, names: mine })
      void term.run(undefined, isUnused)
    } else {
      for (const name of stint.names) if (!mine.has(name)) stint.names.delete(name)
      const added = [...mine].filter((name) => !stint.names.has(name))
      for (const name of added) stint.names.add(name)
      if (added.length > 0) void stint.term.adopt(added, isUnused)
    }
  }
}

/** A job with `runOnStart` that nobody has ever claimed has not been started with the fleet. */
export function isUnused({ fence }: { readonly fence: number }): boolean {
  return fence === 0
}

function namesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
