/**
 * The hand-over of a shard from its holder to a second instance.
 *
 * No instance receives a shard unasked. An instance with at least two shards fewer than a second instance asks for some
 * of the surplus. The request stands in the member object of the requester, with the number of shards held, and the
 * object is written every heartbeat while the instance waits. A holder releases a requested shard when the requester is
 * alive at the moment and holds at least two shards fewer.
 *
 * So every move makes the spread more even, whatever the instances believe about the members. No shard goes back and
 * forth, and no shard moves only because the list of members changed. A dead process in the list cannot cause a move,
 * and neither can a process deployed with a different number of shards.
 */
import { rankIn, type Lines } from './placement.ts'

/** The holder of every shard, as seen by an instance; `undefined` for a shard without a holder. */
export type Holders = readonly (string | undefined)[]

/** A member as seen by the other members. */
export interface Peer {
  readonly workerId: string
  /** The shards the member asks for; empty when its last write is too old. */
  readonly wants: readonly number[]
  /** Number of shards held by the member at its request. */
  readonly holds: number
}

/**
 * The shards `me` asks for: from the instances with the most shards, and of their shards those with `me` furthest ahead
 * in the line.
 * @param most - largest number of shards that `me` may hold afterwards
 */
export function wantedShards(lines: Lines, me: string, holders: Holders, most: number): number[] {
  const held = new Map<string, number[]>()
  holders.forEach((holder, shard) => {
    if (holder !== undefined) held.set(holder, [...(held.get(holder) ?? []), shard])
  })
  const mine = held.get(me)?.length ?? 0
  held.delete(me)
  const rank = (shard: number): number => rankIn(lines[shard] ?? [], me, undefined)
  const wanted: number[] = []
  while (mine + wanted.length < most) {
    const [richest] = [...held].toSorted(([, a], [, b]) => b.length - a.length)
    if (richest === undefined || richest[1].length < mine + wanted.length + 2) break
    const [best, ...others] = richest[1].toSorted((a, b) => rank(a) - rank(b) || a - b)
    if (best !== undefined) wanted.push(best)
    held.set(richest[0], others)
  }
  return wanted.toSorted((a, b) => a - b)
}

/**
 * The shards `me` releases now, first to the members with the fewest shards. At most a quarter of the held shards, and
 * at least one shard, so that a problem with a move shows before everything has moved.
 */
export function shardsToHandOver(me: string, holders: Holders, peers: readonly Peer[]): number[] {
  const held = holders.flatMap((holder, shard) => (holder === me ? [shard] : []))
  const given: number[] = []
  const loads = new Map(peers.map(({ holds, workerId }) => [workerId, holds]))
  while (given.length < Math.ceil(held.length / 4)) {
    const left = held.filter((shard) => !given.includes(shard))
    const [poorest] = peers
      .flatMap(({ wants, workerId }) => {
        const shard = wants.find((each) => left.includes(each))
        return shard === undefined || workerId === me ? [] : [{ workerId, shard, load: loads.get(workerId) ?? 0 }]
      })
      .toSorted((a, b) => a.load - b.load)
    if (poorest === undefined || left.length < poorest.load + 2) break
    given.push(poorest.shard)
    loads.set(poorest.workerId, poorest.load + 1)
  }
  return given
}
