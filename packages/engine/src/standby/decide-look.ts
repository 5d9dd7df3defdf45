/**
 * Decides for a hot standby: when to look after due ticks, how, and the next step for each job. With a standby, a
 * leader's death delays ticks by a second and not by a lease.
 *
 * **Authority.** None is needed: a tick belongs to the instance that claims the tick on the job's record, and
 * leadership only saves the others the trouble. A standby claims as any member may. While the leader lives, a standby
 * finds nothing to claim: the answers to the leader's claims came long before.
 *
 * **Duty** ({@link decidePlace}). The followers named in the leader's lease stand by, one behind another. Behind the
 * named followers stand all others while the lease has room for more names. In motion every follower stands first: a
 * named follower may have gone, and a new follower may not have seen its name. No instance stands by before the first
 * look at a lease, nor for a shard under the instance's own lead.
 *
 * **States of a job.** *Planned*: the start of the next tick is known, and the look comes {@link decideTurn} later.
 * *In a look*: the record is compared with the due instant. *Overdue*: no claim of a tick that is due by the server's
 * clock; the standby claims. *Held*: overdue, and a run elsewhere is in the way; the next look comes when the run may
 * be over. Ticks that were due before the duty began are left to the leader, or to the next leader.
 *
 * **Trust.** A record as read during the look shows whether the tick was claimed, and one conditional GET reads all due
 * jobs of a page. The ticks counted by this machine's clock may be early, and a standby with a clock ahead would
 * claim before the leader. So an overdue tick must be due by the clock of the server, too, as far as the newest answer of
 * the server proves ({@link decideFinding}).
 *
 * **A run elsewhere** may go on although its leader is silent: the leader is paused, or cut off while its action works.
 * The run is over when the leader's lease has run out, or the run's own lease (`run-lease.ts`), which for short runs of
 * busy jobs lasts a second or two. Until then a tick that must not overlap with the run waits. Chains and requests
 * always wait for the next leader.
 *
 * **Failures.** Each due job is planned again after each look, a failed look included, by the newest record known. A
 * tick without a claim there is looked at again after {@link UNPROVEN_MS} if the tick was not due for sure, if the record
 * could not be read, or if this instance may not claim for its bad clock; an overdue tick with a run in the way, after
 * the end of the run or {@link pauseForOthersMs}. A page in doubt is no sign of a claim: any change of another job's record
 * brings the page in doubt. A refused claim means a claim by another instance: the engine reads the record and decides
 * anew. After the loss of the place a standby forgets all plans.
 */
import { startOfTick } from '@s3sched/jobs'
import type { KnownJob } from '../definitions/known-job.ts'
import { pauseForOthersMs } from '../ticks/pause-for-others.ts'
import { hasRoom, isNamed, namedIn } from './named-standbys.ts'

/** Delay of the first standby's look after a due instant, in ms. */
export const FIRST_LOOK_MS = 300
/** Delay of each further standby's look after the look of the standby before, in ms. */
export const NEXT_LOOK_MS = 500
/** Longest wait for the next look, in ms: the standby then notices a corrected clock, or a suspended machine. */
export const LONGEST_WAIT_MS = 60_000
/** Pause before the next look at a tick that is not yet overdue by the server's whole seconds, in ms. */
export const UNPROVEN_MS = 700
/** Time before a tick from which the standbys must be alive for sure, in ms: more than an idle member's silence. */
export const NEAR_MS = 1_000_000
/**
 * Heartbeats after its start, and after a change of leader, during which an unnamed instance stands by: its last look
 * at the lease may be as old.
 */
export const MOTION_HEARTBEATS = 2

type Payload = Readonly<Record<string, unknown>> | undefined

export interface PlaceInput {
  readonly workerId: string
  /** True when this instance leads the shard itself. */
  readonly isLeader: boolean
  /** The payload of the lease as last seen; `undefined` without a lease. */
  readonly payload: Payload
  /** Time since this instance began, or saw another leader, in ms. */
  readonly sinceMovedMs: number
  readonly heartbeatMs: number
}

/** An instance's place among the followers that look after due ticks, from 0; `undefined` without a place. */
export function decidePlace(input: PlaceInput): number | undefined {
  const { heartbeatMs, isLeader, payload, sinceMovedMs, workerId } = input
  if (isLeader || payload === undefined) return undefined
  if (sinceMovedMs <= MOTION_HEARTBEATS * heartbeatMs) return 0
  const named = namedIn(payload)
  const place = named.indexOf(workerId)
  if (place >= 0) return place
  return hasRoom(payload) ? named.length : undefined
}

/** True when a tick is so near that the standbys must be alive for sure. @param tick - epoch ms */
export function isNear(tick: number | undefined, now: number): boolean {
  return tick !== undefined && tick - now <= NEAR_MS
}

/** True while the leader of the lease relies on this instance, which then must write its member object often. */
export function isReliedOn(payload: Payload, workerId: string, nextStart: number | undefined, now: number): boolean {
  return isNamed(payload, workerId) && isNear(nextStart, now)
}

/** `off`: this instance does not stand by, and forgets its plans. */
export type TurnDecision =
  | { readonly act: 'off' }
  /** Look at the jobs that start up to `upTo`; each look comes `afterMs` after its start. */
  | { readonly act: 'look'; readonly upTo: number; readonly afterMs: number }

/** Decides which instants the standby looks at now. */
export function decideTurn(place: number | undefined, now: number): TurnDecision {
  if (place === undefined) return { act: 'off' }
  const afterMs = FIRST_LOOK_MS + place * NEXT_LOOK_MS
  return { act: 'look', upTo: now - afterMs, afterMs }
}

/** The ms until the next turn. @param earliest - the earliest start that was not looked at, epoch ms */
export function waitMs(earliest: number | undefined, afterMs: number, now: number): number {
  return Math.min(LONGEST_WAIT_MS, (earliest ?? Infinity) + afterMs - now)
}

/**
 * The start of the first open tick after `after`, epoch ms; `undefined` when none is known, or the job is not to run
 * here.
 */
export function openStart(jobName: string, known: KnownJob | undefined, after: number = -Infinity): number | undefined {
  if (known?.mayRun !== true) return undefined
  const tick = known.schedule?.next(Math.max(after, known.after)) ?? null
  return tick === null ? undefined : startOfTick(jobName, known.schedule, tick, known.jitterMs)
}

/** `leave`: no tick is open. `wait`: the open tick is not due for sure. */
export type Finding = 'leave' | 'wait' | 'claim'

/** @param startAt - the start of the first open tick by the record. @param provenNow - the server's clock, at least */
export function decideFinding(startAt: number | undefined, provenNow: number): Finding {
  if (startAt === undefined) return 'leave'
  return startAt <= provenNow ? 'claim' : 'wait'
}

export interface NextLookInput {
  readonly now: number
  /** The start of the first future tick, epoch ms. */
  readonly nextStart: number | undefined
  /** The start of the first open tick by the newest record known, epoch ms; `undefined` for none. */
  readonly openStart: number | undefined
  /** No instant of the look was later, epoch ms. */
  readonly lookedUpTo: number
  /** The delay of this standby's looks, in ms. */
  readonly afterMs: number
  /** True when the tick was overdue in the look, and could not be claimed. */
  readonly isOverdue: boolean
  /** The ms until no other instance works on a run of the job any more; `undefined` when unknown. */
  readonly othersOverInMs: () => number | undefined
}

/**
 * Plans a job again after a look: the next look comes `afterMs` after the returned instant, epoch ms; `undefined`: none is
 * due.
 */
export function decideNextLook(input: NextLookInput): number | undefined {
  const { afterMs, isOverdue, lookedUpTo, nextStart, now } = input
  const open = input.openStart
  if (open === undefined || open > now) return nextStart
  // The tick fell due during the look.
  if (open > lookedUpTo) return open
  const again = (pauseMs: number): number => Math.min(nextStart ?? Infinity, now + pauseMs - afterMs)
  if (!isOverdue) return again(UNPROVEN_MS)
  return again(pauseForOthersMs(input.othersOverInMs()))
}
