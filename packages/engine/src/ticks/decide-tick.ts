/**
 * Decides about a job's next tick: the scheduler's core, as a pure function.
 *
 * The engine asks, carries the decision out, and asks again with the resulting record, until the decision is to wait.
 * Each step settles the earliest unsettled ticks, so no tick is ever skipped without a record.
 *
 * Ticks at a time when no instance was meant to run (`leader/fleet-rest.ts`) are not missed but passed over.
 *
 * A tick is **late** when no instance claimed it within {@link LATE_AFTER_MS}: there was no leader, or the leader was
 * stuck, or no instance had the action. The job's `catchUp` decides about late ticks; a tick too late to run is
 * `missed`.
 */
import type { Schedule } from '@s3sched/cron'
import { type JobSpec, startOfTick } from '@s3sched/jobs'
import type { Rest } from '../fleet/fleet-rest.ts'

/** A tick claimed later than this after its start was due counts as late, in ms. */
export const LATE_AFTER_MS = 5000

/** The most ticks passed over in one step, so that a long outage of a busy job does not block the event loop. */
export const TICKS_PER_STEP = 10_000

/** The facts that decide on the next tick of a job. Instants are epoch ms. */
export interface TickInput {
  readonly jobName: string
  readonly spec: JobSpec
  readonly schedule: Schedule
  /** Every tick up to this instant is settled. */
  readonly after: number
  readonly now: number
  /** The time by which a claim may be ahead of its tick, in ms. */
  readonly claimAheadMs: number
  /** True if a run of the job goes on elsewhere, according to the record and the member objects. */
  readonly runsElsewhere: boolean
  /** The recent time when no instance was meant to run the job, if any. */
  readonly rest?: Rest | undefined
}

/** The decision on the next tick of a job. Instants are epoch ms. */
export type TickDecision =
  /** The schedule never fires again. */
  | { readonly act: 'never' }
  /** Ask again at `at`, or when something changes. */
  | { readonly act: 'wait'; readonly tick: number; readonly at: number }
  /** The run elsewhere must end first. */
  | { readonly act: 'hold'; readonly tick: number }
  | { readonly act: 'claim'; readonly tick: number; readonly startAt: number }
  | { readonly act: 'skip'; readonly tick: number; readonly reason: string }
  /** Record `count` ticks, from the first to the last, as missed. */
  | {
      readonly act: 'miss'
      readonly from: number
      readonly to: number
      readonly count: number
      readonly reason: string
    }
  /**
   * No instance was meant to run the ticks up to `to`: these ticks do not count. `since`: the last instant before,
   * `null` for none.
   */
  | { readonly act: 'rest'; readonly from: number; readonly to: number; readonly since: number | null }

/** Decides on the first tick after `input.after`; pure. */
export function decideTick(input: TickInput): TickDecision {
  const { schedule, now, spec } = input
  const tick = schedule.next(input.after)
  if (tick === null) return { act: 'never' }
  const startAt = startOf(tick, input)
  // A run elsewhere may still end before the tick is due, so nothing is decided ahead of time.
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

/** The last tick whose start is due by now. The tick after starts in time, and must not make an earlier tick missed. */
function latestDue(input: TickInput): number | null {
  const { now, schedule } = input
  let latest = schedule.previous(now + 1)
  while (latest !== null && startOf(latest, input) > now) latest = schedule.previous(latest)
  return latest
}

/** The late ticks, from `tick` on, that may not run any more; `undefined` when `tick` itself may run. */
function missedFrom(tick: number, input: TickInput): TickDecision | undefined {
  const { catchUp, catchUpWindowMs } = input.spec
  const { now, schedule } = input
  const oldest = now - catchUpWindowMs
  const latest = latestDue(input)
  const isMissed = (at: number): boolean => {
    if (catchUp === 'none') return now - startOf(at, input) > LATE_AFTER_MS
    return at < oldest || (catchUp === 'latest' && latest !== null && at < latest)
  }
  // The ticks of a one-time job count even in a rest: some instance was meant to run them.
  const isOneTime = (schedule.parts ?? [schedule]).every(({ kind }) => kind === 'once')
  const rest = isOneTime ? undefined : input.rest
  const part = partOf(tick, rest)
  const isOfStep = (at: number): boolean => isMissed(at) && partOf(at, rest) === part
  let to: number | undefined
  let count = 0
  for (let at: number | null = tick; at !== null && isOfStep(at) && count < TICKS_PER_STEP; at = schedule.next(at)) {
    to = at
    count++
  }
  if (to === undefined) return undefined
  if (part === 'rest') return { act: 'rest', from: tick, to, since: rest?.from ?? null }
  const reason =
    to < oldest
      ? `nobody could run it for longer than the catch-up window of ${catchUpWindowMs} ms`
      : `nobody could run it in time, and catchUp is '${catchUp}'`
  return { act: 'miss', from: tick, to, count, reason }
}

/** Only ticks within the rest are passed over: ticks before and after are missed. */
function partOf(tick: number, rest: Rest | undefined): 'before' | 'rest' | 'after' {
  if (rest === undefined || tick > rest.to) return 'after'
  return rest.from !== null && tick <= rest.from ? 'before' : 'rest'
}
