import type { Clock } from '@s3sched/kernel'
import type { Candidacy } from './candidacy.ts'
import type { CoordinatorEvents } from './coordinator-events.ts'
import { NEVER_BLOCKED, noteBlock, patienceMs, yieldLeftMs, type YieldState } from './decide-yield.ts'
import type { Membership } from './membership.ts'

export interface YieldingDeps {
  readonly clock: Clock
  readonly membership: Membership
  readonly candidacies: () => readonly Candidacy[]
  /** Called before leases are handed over. */
  readonly onYield: () => void
  /** Called once it is decided whether the instance yields. */
  readonly decided: (event: CoordinatorEvents['blocked'], isFirst: boolean) => void
  readonly problem: (error: unknown) => void
}

export interface YieldingOptions {
  readonly ttlMs: number
  /** Longest drain before the release of a lease, ms. */
  readonly handOverMs: number
}

/** Carries out the decisions of `decide-yield.ts` for all leases of this instance. */
export class Yielding {
  readonly #deps: YieldingDeps
  readonly #options: YieldingOptions
  #state: YieldState = NEVER_BLOCKED
  #notedAt = -Infinity
  #deciding: Promise<void> | undefined

  constructor(deps: YieldingDeps, options: YieldingOptions) {
    this.#deps = deps
    this.#options = options
    deps.membership.tellBlocks(() => {
      const leftMs = Math.round(yieldLeftMs(this.#state, deps.clock.monotonic()))
      return leftMs === 0 ? undefined : { ms: Math.round(this.#state.longestMs), leftMs }
    })
  }

  /** While true, no lease is claimed: a lease that ran out during the block may belong to another instance. */
  get isDeciding(): boolean {
    return this.#deciding !== undefined
  }

  /** Time given to a silent holder of a lease, ms. */
  get patienceMs(): number {
    return patienceMs(this.#state, this.#deps.clock.monotonic())
  }

  /** Called when a block of the event loop is over: 1 PUT, 1 LIST, and 1 GET for each member object that changed. */
  blocked(blockedMs: number, stop: AbortSignal): void {
    const at = this.#deps.clock.monotonic()
    // The leases of several shards notice the same block.
    if (at - blockedMs < this.#notedAt) return
    this.#notedAt = at
    this.#state = noteBlock(this.#state, { at, blockedMs, ttlMs: this.#options.ttlMs })
    this.#deciding = this.#decide(blockedMs, stop).finally(() => (this.#deciding = undefined))
  }

  /** Resolves when no decision is under way. Never rejects. */
  async settled(): Promise<void> {
    await this.#deciding
  }

  async #decide(blockedMs: number, stop: AbortSignal): Promise<void> {
    const { candidacies, decided, onYield } = this.#deps
    const yields = await this.#canYield()
    if (stop.aborted) return
    if (yields) {
      onYield()
      for (const candidacy of candidacies()) {
        candidacy.rest()
        void candidacy.handOver(this.#options.handOverMs, stop)
      }
    }
    const yieldsForMs = yields ? yieldLeftMs(this.#state, this.#deps.clock.monotonic()) : undefined
    decided({ blockedMs, yieldsForMs }, this.#state.blocks === 1)
  }

  /** True when another instance could lead better. An instance that can't find out goes on. */
  async #canYield(): Promise<boolean> {
    const { membership, problem } = this.#deps
    try {
      await membership.refresh()
      return await membership.members.hasUnblocked()
    } catch (error) {
      problem(error)
      return false
    }
  }
}
