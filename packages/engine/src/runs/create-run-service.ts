import type { Executor } from '@s3sched/executor'
import type { ClockWatch } from '@s3sched/jobs'
import { createSharedAbort, messageOf } from '@s3sched/kernel'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { MemberHeartbeat } from '../presence/member-heartbeat.ts'
import { DueStarts } from '../pace/due-starts.ts'
import { LateRuns } from '../pace/late-runs.ts'
import type { FleetPlaces } from './fleet-places.ts'
import { KeptRuns } from './kept-runs.ts'
import { RunAttempts } from './run-attempts.ts'
import { RunClaims } from './run-claims.ts'
import { RunEnds, type RunEndsDeps } from './run-ends.ts'
import { RunExecution } from './run-execution.ts'
import { RunLeases } from './run-leases.ts'
import { RunReleases } from './run-releases.ts'
import type { RunStart } from './run-start.ts'
import { RunService, type RunServiceEvents } from './run-service.ts'
import { RunsInHand } from './runs-in-hand.ts'

export interface RunServiceDeps {
  readonly bucket: Bucket
  readonly clockWatch: ClockWatch
  readonly database: () => unknown
  readonly executor: Executor
  readonly fleet: {
    /** The first open tick that the instance is to decide as a leader, epoch ms; `Infinity` if there is none. */
    readonly nextOpen: number
    readonly presence: MemberHeartbeat
  }
  readonly places: FleetPlaces
  /** See {@link RunEndsDeps.onEnded}. */
  readonly onEnded: RunEndsDeps['onEnded']
  /** See {@link RunServiceEvents.released}. */
  readonly onReleased: RunServiceEvents['released']
}

export interface RunLimits {
  /**
   * The trusted time of a leader's lease, in ms; `undefined` where no other instance would look for a run lease, and
   * each run depends on its leader's lease.
   */
  readonly leaderTrustedMs: number | undefined
  readonly claimAheadMs: number
  /** The time between two signs of a leader or of a member. */
  readonly heartbeatMs: number
  /** How long the end of a run may wait for other writes. */
  readonly recordWithinMs: number
}

export function createRunService(
  env: EngineEnv,
  { bucket, clockWatch, database, executor, fleet, onEnded, onReleased, places }: RunServiceDeps,
  limits: RunLimits,
): RunService {
  const { claimAheadMs, leaderTrustedMs, recordWithinMs } = limits
  const { outcomes, records, schedules } = bucket
  const { presence } = fleet
  const clock = env.serverClock.ticking()
  const giveUp = createSharedAbort()
  // A write without an answer can't be withdrawn, so only the end of all writes ends the wait for its answer.
  giveUp.signal.addEventListener('abort', () => void records.close(giveUp.signal), { once: true })
  // The runs without a written end stay in their records. A hidden member object would let them count as alive for long.
  giveUp.signal.addEventListener('abort', () => presence.stop(), { once: true })
  const inHand = new RunsInHand(env.self.instance)
  const releases = new RunReleases({ ...env, ...bucket }, giveUp.signal)
  const claims = new RunClaims(env, { records, inHand, presence, releases, schedules }, leaderTrustedMs, claimAheadMs)
  const kept = new KeptRuns(env, { records, executor, presence }, limits.heartbeatMs)
  const lateRuns = new LateRuns(clock, executor)
  const starts = new DueStarts(clock, (runId) => inHand.isComing(runId))
  const isQuiet = (ended: number): boolean =>
    inHand.count <= ended && fleet.nextOpen > clock.now() + recordWithinMs + claimAheadMs
  const ends = new RunEnds(env, { outcomes, records, isQuiet, onEnded, releases }, recordWithinMs, giveUp.signal)
  const execution = new RunExecution({
    attempts: new RunAttempts({ env, records, clockWatch, database, executor, lateRuns, places }),
    ends,
    kept,
    lateRuns,
    leases: leaderTrustedMs === undefined ? undefined : new RunLeases({ ...env, signs: records.signs }),
    presence,
    schedules,
    starts,
  })
  const on = { released: onReleased, failed: (start: RunStart, error: unknown) => tellFailure(env, start, error) }
  return new RunService({ claims, ends, execution, giveUp, inHand, kept, on, starts })
}

function tellFailure({ events, logger }: Pick<EngineEnv, 'events' | 'logger'>, start: RunStart, error: unknown): void {
  const { job, run } = start
  logger.error(`run '${run.runId}' of job '${job.name}' could not be brought to its end: ${messageOf(error)}`, {
    error,
  })
  events.announce('error', { error, jobName: job.name })
}
