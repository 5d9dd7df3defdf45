/**
 * When a shard moves from an instance that holds it to another.
 *
 * Nobody gives a shard to somebody who didn't ask for it. An instance that holds at least two fewer than another asks for
 * some of the other's: it says so in its member object, with how many it holds, and writes that at each heartbeat while
 * it waits. A holder lets go of what is asked for by somebody who is there at this moment and holds at least two fewer.
 *
 * So each move makes the spread more even, whatever anybody believes of who is there: no shard goes to and fro, none moves
 * only because a list of members changed, and neither a process that died and is still listed nor one that was deployed
 * with another number of shards can make one move.
 */
import { rankIn, type Lines } from './placement.ts'

/** Who holds each shard, as an instance sees it; `undefined` where nobody does. */
export type Holders = readonly (string | undefined)[]

/** A member as the others see it. */
export interface Peer {
  readonly workerId: string
  /** The shards that it asked for, at this moment and not long ago. */
  readonly wants: readonly number[]
  /** How many it held when it asked. */
  readonly holds: number
}

/**
 * The shards that `me` asks for: of those who hold the most, and among theirs where it is the furthest ahead in the line.
 * @param most - how many it may hold when it has got them
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
 * The shards of `me` to let go of now, those first who hold the fewest: at most a quarter, and at least one, so that what
 * goes wrong with a move shows before everything has moved.
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
