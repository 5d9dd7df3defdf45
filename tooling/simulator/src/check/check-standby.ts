/** The leader crashes in peace: a standby claims the ticks due before the lease has run out. */
import type { SimulatedProcess } from '../process.ts'
import { jitterOf } from './check-starts.ts'
import type { Evidence } from './evidence.ts'
import { isTicking, jobVersions, lowerBound, nextTick, type JobVersion } from './job-versions.ts'

/** Number of followers named by the lease. */
const PLACES = 2
/** A standby with a clock further behind than this looks too late, ms. */
const CLOCKS_MS = 1500
/** An instance with a clock further ahead than this claims nothing: the default of `maxClockSkew`, ms. */
const MOST_AHEAD_MS = 600_000
/** Ticks due sooner after the crash may have been claimed ahead by the leader, ms. */
const CLAIMED_AHEAD_MS = 1100
/** Ticks due later after the crash may be claimed by the next leader as well, ms. */
const LEASE_MS = 2200
/** A standby claims an unclaimed tick within this time after the tick's instant, ms. */
const LATEST_MS = 2500

/** A leader about to crash, and the ticks due before any follower can lead. */
export interface Succession {
  readonly leader: SimulatedProcess
  readonly ticks: readonly { readonly job: string; readonly tick: number; readonly claimedBy: number }[]
}

/** `undefined` without a promise now: no hot standby with a good clock is certain, or no free job has a tick due. */
export function drawSuccession(evidence: Evidence, startAt: number): Succession | undefined {
  const { calls, changes, endedAt: now, plan, processes, unfinished } = evidence
  if (plan.standby === 'cold' || plan.isLeaderless || plan.shards.some((shards) => shards > 1)) return undefined
  const leader = processes.find(({ scheduler }) => scheduler.isLeader())
  const followers = processes.filter((each) => each !== leader && each.hasStarted)
  const behindMs = (each: SimulatedProcess): number => startAt + now - each.node.clock.now()
  const lateMs = (each: SimulatedProcess): number => Math.max(0, behindMs(each))
  // Processes with the same worker id take each other for themselves.
  const isAmbiguous = followers.some(({ scheduler }) => scheduler.workerId === leader?.scheduler.workerId)
  const standbys = followers.filter((each) => lateMs(each) <= CLOCKS_MS && -behindMs(each) <= MOST_AHEAD_MS)
  // The lease names two of three or more followers, and both may be late or claim nothing.
  const mayBeLate = followers.length > PLACES && standbys.length < followers.length
  if (leader === undefined || isAmbiguous || standbys.length === 0 || mayBeLate) return undefined
  const alive = new Set(processes.map(({ name }) => name))
  const isFree = (name: string, { running }: JobVersion): boolean =>
    running.length === 0 &&
    !calls.some(({ endedAt, job, process }) => job === name && alive.has(process) && endedAt === undefined)
  const ticks = [...jobVersions(changes)].flatMap(([job, versions]) => {
    const last = versions.at(-1) as JobVersion
    const { jitterMs = 0 } = plan.jobs.find(({ name }) => name === job) ?? {}
    if (last.isDeleted || last.periodMs === undefined || unfinished.has(job)) return []
    const hasAction = standbys.every(({ scheduler }) => job in scheduler.listJobs())
    if (!isTicking(last) || !isFree(job, last) || !hasAction) return []
    const tick = nextTick(last, Math.max(lowerBound(last), startAt + now))
    if (tick === undefined) return []
    const dueAt = tick + jitterOf(job, tick, jitterMs) - startAt
    const isInTime = dueAt >= now + CLAIMED_AHEAD_MS && dueAt <= now + LEASE_MS
    return isInTime ? [{ job, tick, claimedBy: dueAt + Math.max(...standbys.map(lateMs)) + LATEST_MS }] : []
  })
  return ticks.length === 0 ? undefined : { leader, ticks }
}

export function checkSuccession({ changes }: Evidence, { leader, ticks }: Succession): string[] {
  const versions = jobVersions(changes)
  return ticks.flatMap(({ claimedBy, job, tick }) => {
    const isSettled = versions.get(job)?.some(({ at, lastTick }) => at <= claimedBy && (lastTick ?? 0) >= tick)
    if (isSettled === true) return []
    return [
      `standby: the tick ${tick} of ${job} was not claimed within ${LATEST_MS} ms after ${leader.name} had crashed`,
    ]
  })
}
