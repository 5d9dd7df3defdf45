import type { Change } from '../ledger.ts'

/** A member that wrote nothing for so long is gone, whatever it had promised, ms. */
const FORGOTTEN_MS = 86_400_000

interface Lease {
  readonly at: number
  readonly state: unknown
  readonly followsRest: boolean
}

/**
 * When a leader came after a time in which nobody was meant to run anything: nobody ever led, or the lease was released and of
 * those who were there then, nobody is there any more. A leader that follows such a one, which died, has that time before it, too.
 * @returns whether a leader like that is in office, by the place among all changes
 */
export function leadersAfterRests(changes: readonly Change[]): (order: number) => boolean {
  const leases = new Map<string, Lease>()
  /** When each member that is there was written last. */
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
      const comesAfterRest = before?.state === 'held' ? before.followsRest : isNobodyLeft
      leases.set(key, { at, state, followsRest: seq === 0 ? comesAfterRest : (before?.followsRest ?? false) })
    }
    return [...leases.values()].some(({ followsRest }) => followsRest)
  })
  return (order) => inOffice[order] ?? false
}
