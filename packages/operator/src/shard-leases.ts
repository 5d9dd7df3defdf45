import type { Clock, Random } from '@s3sched/kernel'
import type { SlotUse } from '@s3sched/executor'
import { createLeaseContender, type HostProbe, type LeaseContender } from '@s3sched/lock'
import { listAll, type ObjectStore } from '@s3sched/store'
import type { LeaderView } from './leader-view.ts'
import { viewLeader } from './leader-view.ts'

export interface ShardLeasesDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly host: HostProbe
}

const PREFIX = 'shards/'
const KEY = /^shards\/(?<shards>\d{1,2})\/\d{1,2}\.json$/
/** An operator never holds a lease; it only looks. */
const TERMS = { holder: 'operator', ttlMs: 90_000 }

/** The leases of a fleet with several shards. */
export class ShardLeases {
  readonly #deps: ShardLeasesDeps
  readonly #looks = new Map<string, LeaseContender>()

  constructor(deps: ShardLeasesDeps) {
    this.#deps = deps
  }

  /**
   * The lease of each shard, for the number of shards whose leases were written last: 1 LIST, and 1 GET each,
   * conditional after the first.
   * @returns an empty array where no fleet ever had several shards
   */
  async look(): Promise<readonly LeaderView[]> {
    const { clock, store } = this.#deps
    let newest = { shards: 0, at: -Infinity }
    for (const { key, lastModified } of await listAll(store, PREFIX)) {
      const shards = Number(KEY.exec(key)?.groups?.['shards'] ?? 0)
      if (shards > 1 && shards <= 64 && lastModified > newest.at) newest = { shards, at: lastModified }
    }
    const keys = Array.from({ length: newest.shards }, (_, shard) => `${PREFIX}${newest.shards}/${shard}.json`)
    return Promise.all(keys.map(async (key) => viewLeader(await this.#contender(key).look(), clock.now())))
  }

  #contender(key: string): LeaseContender {
    let known = this.#looks.get(key)
    if (known === undefined) {
      known = createLeaseContender(this.#deps, { key, ...TERMS })
      this.#looks.set(key, known)
    }
    return known
  }
}

/**
 * The leaders of all shards in one view. The view is held when every shard is held; its age and its watermark are those
 * of the worst shard, and each shard's own view stands beside. With an unheld shard, the view is that shard's; the fleet
 * is stopped once each shard is.
 */
export function mergeLeaders(shards: readonly LeaderView[]): LeaderView {
  const held = shards.flatMap((view) => (view.state === 'held' ? [view] : []))
  const [first] = held
  const open = shards.find(({ state }) => state !== 'held')
  if (open?.state === 'free')
    return { ...open, isStopped: shards.every((view) => view.state === 'free' && view.isStopped) }
  if (first === undefined || open !== undefined) return open ?? { state: 'missing' }
  const watermarks = held.flatMap(({ watermark }) => (watermark === null ? [] : [watermark]))
  return {
    state: 'held',
    workerId: [...new Set(held.map(({ workerId }) => workerId))].toSorted().join(', '),
    epoch: Math.max(...held.map(({ epoch }) => epoch)),
    ttlMs: Math.max(...held.map(({ ttlMs }) => ttlMs)),
    since: first.since,
    renewedMs: Math.max(...held.map(({ renewedMs }) => renewedMs)),
    isSilent: held.some(({ isSilent }) => isSilent),
    isGone: held.some(({ isGone }) => isGone),
    process: first.process,
    watermark: watermarks.length < held.length ? null : Math.min(...watermarks),
    unclaimed: Object.assign({}, ...held.map(({ unclaimed }) => unclaimed)) as Readonly<Record<string, number | null>>,
    unserved: Object.assign({}, ...held.map(({ unserved }) => unserved)) as Readonly<Record<string, number>>,
    slots: sumOfSlots(held),
    terms: first.terms,
    shards,
  }
}

/**
 * The slots of all leading processes. A process that leads several shards writes the same in each lease, and the last
 * write counts.
 */
function sumOfSlots(held: readonly Extract<LeaderView, { state: 'held' }>[]): SlotUse | null {
  const newest = held.toSorted((a, b) => b.renewedMs - a.renewedMs)
  const byWorker = new Map(
    newest.flatMap(({ slots, workerId }) => (slots === null ? [] : [[workerId, slots] as const])),
  )
  if (byWorker.size === 0) return null
  return [...byWorker.values()].reduce((sum, one) => ({
    max: sum.max + one.max,
    taken: sum.taken + one.taken,
    waiting: sum.waiting + one.waiting,
    longestWaitMs: Math.max(sum.longestWaitMs, one.longestWaitMs),
    abandoned: sum.abandoned + one.abandoned,
  }))
}
