import { BY_HAND, type Change } from '../ledger.ts'

/** The fence of each lease object (the epoch) never shrinks, and grows with each new holder. */
export function checkLeaders(changes: readonly Change[]): string[] {
  const leases = new Set(changes.map(({ key }) => key).filter((key) => /^(leader|shards\/\d+\/\d+)\.json$/.test(key)))
  return [...leases].flatMap((lease) => checkLease(lease, changes))
}

function checkLease(lease: string, changes: readonly Change[]): string[] {
  const violations: string[] = []
  let last: { readonly fence: number; readonly holder: unknown; readonly client: string } | undefined
  /** The highest fence of deleted objects: a process may remember it, and go on above it. */
  let deleted = 0
  for (const { at, client, fields, key, kind } of changes) {
    if (key !== lease) continue
    const say = (what: string): void =>
      void violations.push(`epoch: ${what} (${lease}, at ${Math.round(at)} ms, by ${client})`)
    if (kind === 'delete') {
      // With the object, the last fence and holder are lost: the epochs begin anew.
      deleted = Math.max(deleted, last?.fence ?? 0)
      if (client === BY_HAND) last = undefined
      else say('the lease was deleted')
      continue
    }
    const { fence, holder } = fields as { readonly fence: number; readonly holder: string }
    if (last !== undefined && fence < last.fence) say(`it went back from ${last.fence} to ${fence}`)
    if (last !== undefined && fence > Math.max(last.fence, deleted) + 1) say(`it went from ${last.fence} to ${fence}`)
    if (last !== undefined && fence === last.fence && client !== last.client) {
      say(`a write of a stale fence was accepted: ${fence} is that of ${last.client}`)
    }
    last = { fence, holder, client }
  }
  return violations
}
