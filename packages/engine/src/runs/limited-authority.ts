import { addAbortListener, createSharedAbort, removeAbortListener } from '@s3sched/kernel'
import type { Presence } from '../presence/member-heartbeat.ts'
import type { Authority } from './authority.ts'
import { whileLeased, type RunLease } from './run-leases.ts'

/** An authority for one run, whose signal follows other signals. */
interface RunAuthority {
  readonly authority: Authority
  /** Stops following the other signals. */
  readonly leave: () => void
}

/**
 * A member's authority over a run ends when other instances may declare this instance gone. The signal is not made by
 * `AbortSignal.any`, which keeps a trace of each run in both source signals for the lifetime of the source signals.
 */
function whilePresent(authority: Authority, presence: Presence): RunAuthority {
  const end = createSharedAbort()
  const sources = [authority.signal, presence.signal]
  const onEnd = (): void => end.abort(sources.find(({ aborted }) => aborted)?.reason)
  for (const source of sources) addAbortListener(source, onEnd)
  if (sources.some(({ aborted }) => aborted)) onEnd()
  const isTrusted = (): boolean => authority.isTrusted() && presence.isTrusted()
  return {
    authority: { ...authority, signal: end.signal, isTrusted },
    leave: () => {
      for (const source of sources) removeAbortListener(source, onEnd)
    },
  }
}

/**
 * The authority of a run: the authority of the claim, also limited by the member's presence and the run's own lease.
 */
export function limitedAuthority(
  authority: Authority,
  presence: Presence | undefined,
  lease: RunLease | undefined,
): RunAuthority {
  const present = presence === undefined ? { authority, leave: () => undefined } : whilePresent(authority, presence)
  return lease === undefined ? present : { ...present, authority: whileLeased(present.authority, lease) }
}
