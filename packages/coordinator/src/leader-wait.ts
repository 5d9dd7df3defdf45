import { toDate } from '@s3sched/kernel'
import { describeProcess, type Liveness, type ProcessMark } from '@s3sched/lock'

/** A lease that somebody else holds, for an instance that would lead. */
export interface LeaderWait {
  readonly holder: string
  readonly epoch: number
  readonly process: ProcessMark | undefined
  /** Of the holder's process, as far as this host knows. */
  readonly liveness: Liveness
  readonly ttlMs: number
  /** How long ago the lease was renewed, ms. */
  readonly silentMs: number
  /** In how many ms this instance may take the lease, unless it is renewed. */
  readonly leadsInMs: number
}

export interface WaitNotice {
  /** `warn`: the holder may well be dead. */
  readonly level: 'info' | 'warn'
  readonly message: string
}

/** The words for a wait. @param now - epoch ms */
export function noticeOf(wait: LeaderWait, self: ProcessMark & { readonly workerId: string }, now: number): WaitNotice {
  const { epoch, holder, leadsInMs, process, silentMs } = wait
  const where = process === undefined ? '' : ` (${describeProcess(process)})`
  const heard = `last heard of ${Math.round(silentMs / 1000)} s ago`
  const at = toDate(now + leadsInMs).toISOString()
  return {
    level: mayBeDead(wait, self) ? 'warn' : 'info',
    message: `'${holder}'${where} leads in epoch ${epoch}, ${heard}; unless it is heard of again, this instance leads at ${at} at the latest`,
  }
}

/** A holder that lives renews its lease each third of the ttl. */
export function isOverdue({ silentMs, ttlMs }: Pick<LeaderWait, 'silentMs' | 'ttlMs'>): boolean {
  return silentMs > ttlMs / 2
}

/** An earlier life of this instance, in another container of the same name for example, leads as a rule no more. */
function mayBeDead(wait: LeaderWait, self: ProcessMark & { readonly workerId: string }): boolean {
  const isNamesake = wait.holder === self.workerId || wait.process?.host === self.host
  return isOverdue(wait) || (isNamesake && wait.liveness === 'unknown')
}
