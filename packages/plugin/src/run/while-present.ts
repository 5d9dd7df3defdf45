import type { Presence } from '../leader/member-presence.ts'
import type { Authority } from './authority.ts'

/** A member's authority ends for a run when the others may believe that this instance is gone. */
export function whilePresent(authority: Authority, presence: Presence): Authority {
  return {
    ...authority,
    signal: AbortSignal.any([authority.signal, presence.signal]),
    isTrusted: () => authority.isTrusted() && presence.isTrusted(),
  }
}
