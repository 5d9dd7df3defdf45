import type { LeasePayload } from '@s3sched/lock'
import type { Candidacy } from './candidacy.ts'
import type { Leader } from './coordinator-events.ts'
import type { Phase } from './election.ts'
import type { Leadership, LeaderRun } from './leadership.ts'

/** One lease, as seen by an instance. */
export interface Shard {
  /** Counts from 0. */
  readonly index: number
  /** Phase of the start; stays `ready` once reached. `undefined` before the first look at the lease. */
  readonly phase: Phase | undefined
  /** Signal of the present leadership; `undefined` when the instance does not lead. */
  readonly signal: AbortSignal | undefined
  /**
   * True only while the lease is trusted. Reads the clocks, so the answer is also right in a process that was just
   * resumed.
   */
  isLeader(): boolean
  /** The known leader; `undefined` when nobody leads. */
  leader(): Leader | undefined
  /** The payload of the lease at the last look; kept after the leader's release. */
  leaderPayload(): LeasePayload | undefined
  /** The last known epoch. */
  epoch(): number | undefined
  /**
   * Runs `fn` if this instance leads. `stop()` waits for `fn`, and `fn` must stop when `signal` aborts.
   * @throws what `fn` throws; {@link CoordinatorError} `LOST` when leadership ended while it ran
   */
  runAsLeader<T>(fn: (leadership: Leadership) => T | Promise<T>): Promise<LeaderRun<T>>
  /** Renews the lease, and writes the payload, now: 1 PUT. @throws {@link CoordinatorError} `NOT_LEADER`, `LOST`; StoreError */
  renewNow(): Promise<void>
  /**
   * Looks at the lease at once instead of at the next heartbeat, because of a hint that its holder is gone: 1 GET. A
   * campaign for a free lease follows; a held lease is waited for as usual. Does nothing while this instance leads.
   */
  lookNow(): void
  /**
   * Releases the lease and leaves it to the other instances for a ttl. Does nothing when this instance does not lead.
   */
  stepDown(reason: string): Promise<void>
}

export interface ShardHooks {
  /** Called before this instance gives the lease up by its own will. */
  readonly onStepDown: () => void
  /** Has the coordinator look at the lease again. Does nothing before the start. */
  readonly hurry: () => void
}

export function shardOf(candidacy: Candidacy, index: number, { hurry, onStepDown }: ShardHooks): Shard {
  return {
    index,
    get phase() {
      return candidacy.phase
    },
    get signal() {
      return candidacy.signal
    },
    isLeader: () => candidacy.isLeader(),
    leader: () => candidacy.leader(),
    leaderPayload: () => candidacy.payload(),
    epoch: () => candidacy.epoch(),
    runAsLeader: (fn) => candidacy.runAsLeader(fn),
    renewNow: () => candidacy.renewNow(),
    lookNow: () => {
      if (!candidacy.isLeader()) hurry()
    },
    stepDown: async (reason) => {
      if (candidacy.isLeader()) onStepDown()
      await candidacy.stepDown(reason)
    },
  }
}
