import type { Change } from '../ledger.ts'

/** A member without a write for this long is gone, whatever the member had promised, ms. */
const FORGOTTEN_MS = 1_800_000

interface Lease {
  readonly at: number
  readonly isFree: boolean
  /** The end of the last rest before this leader, real ms; `undefined` for none. */
  readonly restEndedAt: number | undefined
}

/**
 * The rests before the leaders. In a rest, no instance was meant to run a job: before the first leader, or after a
 * release of the lease, when all members of that time are gone. A rest ends with the next leader. Later leaders have the
 * same rest before them, because a leader may die or step down before each tick of the rest is settled.
 * @returns when the last rest before the leaders in office ended, in real ms, by the place among all changes
 */
export function leadersAfterRests(changes: readonly Change[]): (order: number) => number | undefined {
  const leases = new Map<string, Lease>()
  /** The time of the last write of each present member. */
  const members = new Map<string, number>()
  const inOffice = changes.map(({ at, fields, key, kind }) => {
    if (key.startsWith('workers/')) {
      if (kind === 'put') members.set(key, at)
      else members.delete(key)
    } else if (/^(leader|shards\/.*)\.json$/.test(key) && fields !== undefined) {
      const { holder, seq, state } = fields
      const before = leases.get(key)
      const others = [...members].filter(([member]) => member !== `workers/${String(holder)}.json`)
      const isNobodyLeft =
        before === undefined || others.every(([, writtenAt]) => writtenAt > before.at || at - writtenAt > FORGOTTEN_MS)
      const endsRest = seq === 0 && isNobodyLeft && before?.isFree !== false
      leases.set(key, { at, isFree: state === 'free', restEndedAt: endsRest ? at : before?.restEndedAt })
    }
    const ends = [...leases.values()].flatMap(({ restEndedAt = [] }) => restEndedAt)
    return ends.length === 0 ? undefined : Math.max(...ends)
  })
  return (order) => inOffice[order]
}
