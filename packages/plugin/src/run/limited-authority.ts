import { createSharedAbort } from '@s3sched/kernel'
import type { Presence } from '../leader/member-presence.ts'
import type { Authority } from './authority.ts'
import { whileLeased, type RunLease } from './run-leases.ts'

/** An authority for one run, whose signal follows others. */
interface RunAuthority {
  readonly authority: Authority
  /** Follows them no more. */
  readonly leave: () => void
}

/**
 * A member's authority ends for a run when the others may believe that this instance is gone. The signal is not made by
 * `AbortSignal.any`, which leaves a trace of each run in the two signals for as long as these live.
 */
function whilePresent(authority: Authority, presence: Presence): RunAuthority {
  const end = createSharedAbort()
  const sources = [authority.signal, presence.signal]
  const onEnd = (): void => end.abort(sources.find(({ aborted }) => aborted)?.reason)
  for (const source of sources) source.addEventListener('abort', onEnd, { once: true })
  if (sources.some(({ aborted }) => aborted)) onEnd()
  const isTrusted = (): boolean => authority.isTrusted() && presence.isTrusted()
  return {
    authority: { ...authority, signal: end.signal, isTrusted },
    leave: () => {
      for (const source of sources) source.removeEventListener('abort', onEnd)
    },
  }
}

/** An authority as far as it goes for one run: what the run hangs on besides may end before it. */
export function limitedAuthority(
  authority: Authority,
  presence: Presence | undefined,
  lease: RunLease | undefined,
): RunAuthority {
  const present = presence === undefined ? { authority, leave: () => undefined } : whilePresent(authority, presence)
  return lease === undefined ? present : { ...present, authority: whileLeased(present.authority, lease) }
}
