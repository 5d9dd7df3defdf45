import { toDate, type Clock, type Logger } from '@s3sched/kernel'
import { describeProcess, type Liveness, type ProcessMark } from '@s3sched/lock'

/** A lease held by a different instance, for an instance that wants to lead. */
export interface LeaderWait {
  readonly holder: string
  readonly epoch: number
  readonly process: ProcessMark | undefined
  /** State of the holder's process, as far as the host knows. */
  readonly liveness: Liveness
  readonly ttlMs: number
  /** Time since the last renewal of the lease, ms. */
  readonly silentMs: number
  /** Time until the instance may take the lease, unless renewed; ms. */
  readonly leadsInMs: number
}

export interface WaitNotice {
  /** `warn`: the holder may well be dead. */
  readonly level: 'info' | 'warn'
  readonly message: string
}

/** The log message for a wait. @param now - epoch ms */
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

/** The place of a wait. */
export interface WaitPlace {
  readonly shard: number
  readonly shards: number
  readonly self: ProcessMark & { readonly workerId: string }
}

/** Logs a wait, with many shards only once where all leaders seem to be alive. */
export function logWait(
  wait: LeaderWait,
  { self, shard, shards }: WaitPlace,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): void {
  const { level, message } = noticeOf(wait, self, clock.now())
  if (level === 'info' && shard > 0) return
  logger[level](`coordinator: ${shards === 1 ? '' : `shard ${shard}: `}${message}`, { ...wait })
}

/** A live holder renews its lease every third of the ttl. */
export function isOverdue({ silentMs, ttlMs }: Pick<LeaderWait, 'silentMs' | 'ttlMs'>): boolean {
  return silentMs > ttlMs / 2
}

/** An earlier process of the instance, for example in an older container of the same name, usually no longer leads. */
function mayBeDead(wait: LeaderWait, self: ProcessMark & { readonly workerId: string }): boolean {
  const isNamesake = wait.holder === self.workerId || wait.process?.host === self.host
  return isOverdue(wait) || (isNamesake && wait.liveness === 'unknown')
}
