/**
 * Decides the fate of a run named in a job's record: the scheduler's recovery, as a pure function.
 *
 * The shell (`run-recovery.ts`) collects facts and asks. The decision is an act, or the next fact to look up; the shell
 * adds the answer to the facts and asks again. {@link decideLife} finds out if any process still has the run, and
 * {@link decideRecovery} decides the fate of the run. The shell finds the life of every run of a record before the fate
 * of any gone run, because no run may begin here while another run of its job goes on elsewhere.
 *
 * **Authority.** Each instance may decide. A decision is carried out by compare-and-swap on the job's record, and only
 * while the record still has the run as examined; two instances with different facts therefore can't both succeed. A run
 * leaves the record in the write of its end, so a run in the record has not ended, or its end is not written yet. A run
 * that was declared lost may still end: its own outcome then replaces the verdict.
 *
 * **States of a run**, with the evidence:
 * - *here*: this process has the run in hand. The executor decides, not the recovery.
 * - *alive*: another process has the run, or may have it. No instance touches the run.
 * - *waiting for its next attempt*: the run was **released**, or its process died between two attempts. If the attempt
 *   has certainly not started, this instance takes the run over and goes on. A released run belongs to no process,
 *   although the process that had claimed the run may well be alive.
 * - *lost*: no process has the run.
 *
 * **Trust**, and its end:
 * - A run on a **run lease** is over once the lease has expired, counted from this instance's first sight of the claim,
 *   whatever its leader does.
 * - A **leader's** run is alive while its epoch is the current epoch. Epochs of different shard counts (a deployment
 *   changes the count) are not comparable: such a run is alive while its leader's own lease is (1 GET).
 * - A **member's** run, and a leader's run where no epoch is known, is alive while its member object is fresh by the
 *   store's own clock (1 GET) and its process is not known to be gone from this host. The object of an idle process is
 *   fresh for a lease time. The object of another process with the same worker id tells when the run's process wrote
 *   last (ADR 146).
 *
 * **Failures.** An absent sign of life is no proof of death. Where the sign may come back, this instance **waits** for
 * one lease time by its own monotonic clock. An unreadable object was written by some process, and counts as fresh for
 * as long as its own age allows. A look-up that fails leaves the run undecided: the shell's error ends the pass, and a
 * later pass asks again.
 */
import { lastWriteOf } from '@s3sched/coordinator'
import type { OpenRun, PendingRetry } from '@s3sched/jobs'
import type { Liveness } from '@s3sched/lock'
import { ageOf, type Aged, type ReadDocument } from '@s3sched/store'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { Authority } from './authority.ts'
import { hasOwnLease } from './run-lease.ts'

/** `gone`: no process has the run any more. */
export type Life = 'alive' | 'gone'

export interface RecoveryFacts {
  readonly run: OpenRun
  /** True while this process has the run in hand. */
  readonly isHere: boolean
  /** The deciding instance, with the authority of the decision. */
  readonly self: Pick<OpenRun, 'workerId' | 'instance'> & Pick<Authority, 'role' | 'epoch'>
  /** The number of shards in this instance's configuration. */
  readonly shards: number
  /** The current epoch of the job's shard as far as this instance knows; `undefined` without a coordinator. */
  readonly knownEpoch: number | undefined
  /** The term taken over by the current leader of the job's shard, if the leader is this instance. */
  readonly previousTerm: Pick<PreviousTerm, 'epoch' | 'renewedAt' | 'ttlMs'> | undefined
  readonly leaseTtlMs: number
  /** True if this process has the action of the job. */
  readonly hasAction: boolean
  /** The time of this instance's wait for a sign of the run's process, in ms; `undefined` before the wait. */
  readonly waitedMs: number | undefined
  /**
   * See {@link runLeaseLeftMs}; infinite for an unknown version of the record. This fact and the following facts are
   * absent before their look-up.
   */
  readonly leaseLeftMs?: number
  /** The claimant's member object. */
  readonly member?: ReadDocument
  /** The process that the member object names. */
  readonly process?: Liveness
  /** The lease of the claiming leader's shard. */
  readonly lease?: ReadDocument
  readonly life?: Life
}

/** The next fact to look up. */
interface LookUp<Fact extends keyof RecoveryFacts> {
  readonly act: 'look-up'
  readonly fact: Fact
}

export type LifeDecision =
  | LookUp<'leaseLeftMs' | 'member' | 'process' | 'lease'>
  /** `wait` says what becomes of the wait for a sign of the run's process. */
  | { readonly act: 'find'; readonly life: Life; readonly wait: 'begin' | 'end' | 'keep' }

export type RecoveryDecision =
  | LookUp<'life'>
  /** Nothing is to be done, and the run is in no other run's way. */
  | { readonly act: 'leave'; readonly why: 'here' | 'no-action' }
  /** The run goes on in another process. */
  | { readonly act: 'respect' }
  | { readonly act: 'go-on'; readonly retry: PendingRetry }
  | { readonly act: 'declare-lost' }

/** The server's times are whole seconds. */
const SLACK_MS = 1000

const ALIVE: LifeDecision = { act: 'find', life: 'alive', wait: 'keep' }
const GONE: LifeDecision = { act: 'find', life: 'gone', wait: 'keep' }

export function decideRecovery(facts: RecoveryFacts): RecoveryDecision {
  const { hasAction, isHere, run } = facts
  const { retry } = run
  const life = retry?.released === true ? 'gone' : facts.life
  if (isHere) return { act: 'leave', why: 'here' }
  if (life === undefined) return { act: 'look-up', fact: 'life' }
  if (life === 'alive') return { act: 'respect' }
  if (retry !== null && run.fields !== null && hasNotStarted(facts, retry))
    return hasAction ? { act: 'go-on', retry } : { act: 'leave', why: 'no-action' }
  return { act: 'declare-lost' }
}

/** Decides if a process has a run that is neither here nor released. */
export function decideLife(facts: RecoveryFacts): LifeDecision {
  const { leaseLeftMs, run, self } = facts
  if (hasOwnLease(run) && leaseLeftMs === undefined) return { act: 'look-up', fact: 'leaseLeftMs' }
  if (leaseLeftMs === 0) return GONE
  if (run.role === 'leader') return lifeByEpoch(facts)
  // A run claimed by this instance as a member, and no longer in hand, is over.
  const isOwn = run.workerId === self.workerId && run.instance === self.instance
  return isOwn ? GONE : lifeByMember(facts)
}

function lifeByEpoch(facts: RecoveryFacts): LifeDecision {
  const { knownEpoch, run, self, shards } = facts
  const epoch = run.epoch ?? 0
  if ((run.shards ?? 1) !== shards) return lifeByLease(facts)
  // Epochs only grow, so a later epoch than the leader's own means a deleted lease. The leader of the run's epoch lost
  // the lease with the object, and trusts its lease for at most one ttl.
  if (self.role === 'leader') return epoch > (self.epoch ?? 0) ? waitForSign(facts) : GONE
  if (knownEpoch !== undefined) return epoch >= knownEpoch ? ALIVE : GONE
  return lifeByMember(facts)
}

/** The claiming leader, under a different shard count, may still lead. */
function lifeByLease({ lease, leaseTtlMs, run }: RecoveryFacts): LifeDecision {
  if (lease === undefined) return { act: 'look-up', fact: 'lease' }
  if (lease.outcome === 'missing' || lease.outcome === 'unchanged') return GONE
  const { fence, state, ttlMs } = lease.outcome === 'found' ? lease.fields : {}
  if (typeof fence === 'number' && (state !== 'held' || fence !== run.epoch)) return GONE
  if (!isTimed(lease)) return ALIVE
  return isFresh(lease, typeof ttlMs === 'number' ? ttlMs : leaseTtlMs) ? ALIVE : GONE
}

function lifeByMember(facts: RecoveryFacts): LifeDecision {
  const { leaseTtlMs, member, process, run } = facts
  if (member === undefined) return { act: 'look-up', fact: 'member' }
  // Either the process is gone, or the object was deleted under a live process, which writes the object anew at its
  // next heartbeat.
  if (member.outcome === 'missing' || member.outcome === 'unchanged') return waitForSign(facts)
  const { extra, instance, staleAfterMs } = member.outcome === 'found' ? member.fields : {}
  if (instance === run.instance) {
    if (process === undefined) return { act: 'look-up', fact: 'process' }
    if (process === 'gone') return GONE
  }
  if (!isTimed(member)) return ALIVE
  const { serverTime } = member
  if (member.outcome === 'found' && typeof instance === 'string' && instance !== run.instance) {
    const last = lastWriteOf(run.instance, member.fields)
    // Without a last write, the run's process is gone, or shares a worker id by mistake. A time ahead of the store's
    // clock proves nothing: that clock was set back.
    if (last === undefined || last.at > serverTime + SLACK_MS) return waitForSign(facts)
    return isFresh({ ...member, lastModified: last.at }, last.staleAfterMs ?? leaseTtlMs) ? ALIVE : GONE
  }
  // A process writes a run into its member object before the claim, so an object without runs was written after the
  // last run. A record that still names the run has lost the end, as with a deleted page; the promise of an idle
  // process says nothing about the run.
  const isIdle = run.role === 'member' && instance === run.instance && extra === undefined
  const believedMs = typeof staleAfterMs === 'number' && !isIdle ? staleAfterMs : leaseTtlMs
  const isAlive = isFresh(member, believedMs)
  return { act: 'find', life: isAlive ? 'alive' : 'gone', wait: 'end' }
}

/** An object as old as `lastModified`, read at `serverTime`; both by the store's clock, epoch ms. */
interface Timed extends Aged {
  readonly lastModified: number
  readonly serverTime: number
}

/** An object without times proves nothing, so its process counts as alive. */
function isTimed<T extends Aged>(read: T): read is T & Timed {
  return read.lastModified !== undefined && read.serverTime !== undefined
}

function isFresh(read: Timed, believedMs: number): boolean {
  return (ageOf(read) ?? 0) <= believedMs + SLACK_MS
}

/**
 * Waits for one lease time before a run counts as gone. An expired wait is kept, so that a run is not waited for twice:
 * several runs must be found gone in the same pass.
 */
function waitForSign({ leaseTtlMs, waitedMs }: RecoveryFacts): LifeDecision {
  if (waitedMs === undefined) return { act: 'find', life: 'alive', wait: 'begin' }
  return waitedMs <= leaseTtlMs ? ALIVE : GONE
}

/** True if the attempt after the noted attempt has certainly not started. */
function hasNotStarted({ previousTerm, run, shards }: RecoveryFacts, retry: PendingRetry): boolean {
  if (retry.released) return true
  if (run.role !== 'leader' || (run.shards ?? 1) !== shards) return false
  if (previousTerm === undefined || previousTerm.epoch !== run.epoch) return false
  const { renewedAt, ttlMs } = previousTerm
  // The old leader's ttl counts: the old leader's configuration may differ from this instance's.
  if (renewedAt === undefined || ttlMs === undefined) return false
  const trustedUntil = renewedAt + ttlMs + SLACK_MS
  return retry.notedAt + retry.delayMs > trustedUntil
}

/**
 * The rest of the wait before the next attempt, in ms.
 * @param now - a lower bound of the time now; `undefined` for none, so that the whole wait is still to come
 */
export function restOfBackoffMs({ delayMs, notedAt }: PendingRetry, now: number | undefined): number {
  const elapsed = Math.max(0, (now ?? notedAt) - notedAt)
  return Math.max(0, delayMs - elapsed)
}
