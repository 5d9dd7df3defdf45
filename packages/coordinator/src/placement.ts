/**
 * The placement of shards on members: a pure function of the set of members.
 *
 * **Authority** is the lease of the shard alone. Placement is courtesy, like the order of an election. Two instances
 * with different views of the members compute different places, and a shard may then have a holder other than its first
 * choice. A wrong place never makes work run twice.
 *
 * **The line of a shard** begins with its home. Homes are spread by rendezvous hashing, so that a new or lost member
 * moves few shards besides its own. With a cap, no member gets two shards more than any other member. Second in the
 * line is the home of the shard in a spread without the first member: when a member dies, its shards go at once to
 * their homes in the spread without the member, and nobody needs to consent. The other members follow by their hashes.
 */
import { stableHash } from '@s3sched/kernel'

/** The members of every shard, in the order in which they should hold the shard. */
export type Lines = readonly (readonly string[])[]

interface Pair {
  readonly shard: number
  readonly member: string
  readonly score: number
}

/**
 * The order in which the members stand for each shard.
 * @param members - in any order; the same set gives the same lines
 */
export function lineUp(members: readonly string[], shards: number): Lines {
  const pairs = rankedPairs([...new Set(members)], shards)
  const homes = spread(pairs, shards, undefined)
  const lines = homes.map((home) => (home === undefined ? [] : [home]))
  for (const home of new Set(homes)) {
    if (home === undefined) continue
    const without = spread(pairs, shards, home)
    homes.forEach((each, shard) => {
      const second = without[shard]
      if (each === home && second !== undefined) lines[shard]?.push(second)
    })
  }
  for (const { shard, member } of pairs) {
    const line = lines[shard]
    if (line?.slice(0, 2).includes(member) === false) line.push(member)
  }
  return lines
}

/**
 * The place of `member` in a line, 0 for the first; `Infinity` when the line does not contain it.
 * @param gone - the last holder of the shard, which released the shard or fell silent: where `gone` was the home of the
 *   shard, the next in the line is first
 */
export function rankIn(line: readonly string[], member: string, gone: string | undefined): number {
  const rest = gone !== undefined && gone !== member && line[0] === gone ? line.slice(1) : line
  const rank = rest.indexOf(member)
  return rank < 0 ? Infinity : rank
}

/** The best pairs first. */
function rankedPairs(members: readonly string[], shards: number): Pair[] {
  const pairs: Pair[] = []
  for (let shard = 0; shard < shards; shard++) {
    for (const member of members) pairs.push({ shard, member, score: stableHash(`${shard}/${shards} ${member}`) })
  }
  return pairs.toSorted((a, b) => b.score - a.score || a.shard - b.shard || (a.member < b.member ? -1 : 1))
}

/** Gives each shard to a member, the best pairs first, as evenly as possible. */
function spread(pairs: readonly Pair[], shards: number, without: string | undefined): (string | undefined)[] {
  const count = new Set(pairs.map(({ member }) => member)).size - (without === undefined ? 0 : 1)
  const fewest = Math.floor(shards / Math.max(1, count))
  let withOneMore = shards % Math.max(1, count)
  const homes = Array.from({ length: shards }, (): string | undefined => undefined)
  const loads = new Map<string, number>()
  for (const { shard, member } of pairs) {
    const load = loads.get(member) ?? 0
    if (member === without || homes[shard] !== undefined || load > fewest) continue
    if (load === fewest) {
      if (withOneMore === 0) continue
      withOneMore--
    }
    homes[shard] = member
    loads.set(member, load + 1)
  }
  return homes
}
