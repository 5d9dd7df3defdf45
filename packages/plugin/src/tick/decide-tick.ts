/**
 * What becomes of a job's next tick: the pure heart of the scheduler.
 *
 * The engine asks, does what the answer says, and asks again on the record that results, until the answer is to wait.
 * Each step settles the earliest ticks that are not settled yet, so that nothing is ever jumped over in silence.
 *
 * Ticks of a time in which nobody was meant to run anything (`leader/fleet-rest.ts`) are not missed but passed over.
 *
 * A tick is **late** when nobody claimed it within {@link LATE_AFTER_MS}: there was no leader, or it was stuck, or no
 * instance had the action. What happens to late ticks is the job's `catchUp`; what nobody may run any more is `missed`.
 */
import type { Schedule } from '@s3sched/cron'
import type { JobSpec } from '../job/job-spec.ts'
import type { Rest } from '../leader/fleet-rest.ts'
import { startOfTick } from './start-of-tick.ts'

/** A tick that is claimed later than this after it was due counts as late, in ms. */
export const LATE_AFTER_MS = 5000

/** How many ticks one step passes over at most, so that a long outage of a busy job does not block the event loop. */
export const TICKS_PER_STEP = 10_000

export interface TickInput {
  readonly jobName: string
  readonly spec: JobSpec
  readonly schedule: Schedule
  /** Every tick up to here is settled. */
  readonly after: number
  readonly now: number
  /** How long before its instant a tick may be claimed, in ms. */
  readonly claimAheadMs: number
  /** Whether a run of the job is going on elsewhere, as far as the record and the member objects tell. */
  readonly runsElsewhere: boolean
  /** When nobody was meant to run the job, if that is not long ago. */
  readonly rest?: Rest | undefined
}

export type TickDecision =
  /** It never fires again. */
  | { readonly act: 'never' }
  /** Ask again at `at`, or when something changes. */
  | { readonly act: 'wait'; readonly tick: number; readonly at: number }
  /** The run that goes on elsewhere ends first. */
  | { readonly act: 'hold'; readonly tick: number }
  | { readonly act: 'claim'; readonly tick: number; readonly startAt: number }
  | { readonly act: 'skip'; readonly tick: number; readonly reason: string }
  /** Record these `count` ticks, from the first to the last, as missed. */
  | {
      readonly act: 'miss'
      readonly from: number
      readonly to: number
      readonly count: number
      readonly reason: string
    }
  /** Nobody was meant to run the ticks up to `to`: none of them counts. `since`: the last instant before, `null` for none. */
  | { readonly act: 'rest'; readonly from: number; readonly to: number; readonly since: number | null }

export function decideTick(input: TickInput): TickDecision {
  const { schedule, now, spec } = input
  const tick = schedule.next(input.after)
  if (tick === null) return { act: 'never' }
  const startAt = startOf(tick, input)
  // A foreign run may still end before the tick is due, so nothing is decided about it ahead of time.
  const claimableAt = input.runsElsewhere ? startAt : startAt - input.claimAheadMs
  if (now < claimableAt) return { act: 'wait', tick, at: claimableAt }
  const missed = now - startAt > LATE_AFTER_MS ? missedFrom(tick, input) : undefined
  if (missed !== undefined) return missed
  if (input.runsElsewhere && spec.overlap === 'queue') return { act: 'hold', tick }
  if (input.runsElsewhere && spec.overlap !== 'allow') {
    return { act: 'skip', tick, reason: 'the previous run was still going on' }
  }
  return { act: 'claim', tick, startAt }
}

function startOf(tick: number, { jobName, schedule, spec }: TickInput): number {
  return startOfTick(jobName, schedule, tick, spec.jitterMs)
}

/** The last tick that is to have started by now. The next one starts in time, and is no reason to give this one up. */
function latestDue(input: TickInput): number | null {
  const { now, schedule } = input
  let latest = schedule.previous(now + 1)
  while (latest !== null && startOf(latest, input) > now) latest = schedule.previous(latest)
  return latest
}

/** The late ticks, from `tick` on, that may not run any more; `undefined` when `tick` itself may. */
function missedFrom(tick: number, input: TickInput): TickDecision | undefined {
  const { catchUp, catchUpWindowMs } = input.spec
  const { now, schedule } = input
  const oldest = now - catchUpWindowMs
  const latest = latestDue(input)
  const isMissed = (at: number): boolean => {
    if (catchUp === 'none') return now - startOf(at, input) > LATE_AFTER_MS
    return at < oldest || (catchUp === 'latest' && latest !== null && at < latest)
  }
  const part = partOf(tick, input.rest)
  const isOfStep = (at: number): boolean => isMissed(at) && partOf(at, input.rest) === part
  let to: number | undefined
  let count = 0
  for (let at: number | null = tick; at !== null && isOfStep(at) && count < TICKS_PER_STEP; at = schedule.next(at)) {
    to = at
    count++
  }
  if (to === undefined) return undefined
  if (part === 'rest') return { act: 'rest', from: tick, to, since: input.rest?.from ?? null }
  const reason =
    to < oldest
      ? `nobody could run it for longer than the catch-up window of ${catchUpWindowMs} ms`
      : `nobody could run it in time, and catchUp is '${catchUp}'`
  return { act: 'miss', from: tick, to, count, reason }
}

/** Misses before and after a rest are misses. */
function partOf(tick: number, rest: Rest | undefined): 'before' | 'rest' | 'after' {
  if (rest === undefined || tick > rest.to) return 'after'
  return rest.from !== null && tick <= rest.from ? 'before' : 'rest'
}
