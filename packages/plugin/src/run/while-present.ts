import { createSharedAbort } from '@s3sched/kernel'
import type { Presence } from '../leader/member-presence.ts'
import type { Authority } from './authority.ts'

/** An authority for one run, whose signal follows others. */
export interface RunAuthority {
  readonly authority: Authority
  /** Follows them no more. */
  readonly leave: () => void
}

/**
 * A member's authority ends for a run when the others may believe that this instance is gone. The signal is not made by
 * `AbortSignal.any`, which leaves a trace of each run in the two signals for as long as these live.
 */
export function whilePresent(authority: Authority, presence: Presence): RunAuthority {
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
