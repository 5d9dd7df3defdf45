import type { Executor } from '@s3sched/executor'
import type { ClockWatch } from '@s3sched/jobs'
import { systemHost, trustedForMs } from '@s3sched/lock'
import type { Bucket } from '../bucket.ts'
import type { DefinedJobs } from '../definitions/defined-jobs.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { PreviousTerm } from '../presence/previous-term.ts'
import type { MemberHeartbeat } from '../presence/member-heartbeat.ts'
import type { Authority } from './authority.ts'
import { createRunService } from './create-run-service.ts'
import { FleetPlaces } from './fleet-places.ts'
import { LostRuns } from './lost-runs.ts'
import { SignSightings } from './sign-sightings.ts'
import { RunCancels } from './run-cancels.ts'
import { RunEvidence } from './run-evidence.ts'
import { createRunExecutor } from './run-executor.ts'
import { RunRecovery } from './run-recovery.ts'
import { RunReports } from './run-reports.ts'
import { RunTakeOvers } from './run-take-overs.ts'
import type { RunService } from './run-service.ts'

export interface RunsDeps {
  readonly bucket: Bucket
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  readonly clockWatch: ClockWatch
  readonly fleet: LeadershipView
  readonly database: () => unknown
  readonly on: RunListener
}

/** The instance's knowledge of the leaders, without a request. */
export interface LeadershipView {
  /** The authority of the instance without a lease; its signal aborts when the instance leaves. */
  readonly member: Authority
  readonly presence: MemberHeartbeat
  /** The authority of the instance for a decision about a job now. */
  readonly authorityOf: (jobName: string) => Authority
  /** The first open tick that the instance is to decide as a leader, epoch ms; `Infinity` if there is none. */
  readonly nextOpen: number
  /** The current epoch of the job's shard; `undefined` without a coordinator. */
  readonly knownEpoch: (jobName: string) => number | undefined
  /** The term that the current leader of the job's shard took over. */
  readonly previousTerm: (jobName: string) => PreviousTerm | undefined
}

/** Must not throw. */
export interface RunListener {
  /** Called when the end of a run of this process is written. @param isKept - the leader does not know of the end */
  readonly ended: (jobName: string, isKept: boolean) => void
  /** Called when this process has handed a run over, and does not have the run in hand any more. */
  readonly released: (jobName: string) => void
}

/** The parts for the claims of runs, for their execution, and for the fate of other processes' runs. */
export interface Runs {
  readonly executor: Executor
  readonly cancels: RunCancels
  /** The places of concurrency groups in the whole fleet. */
  readonly places: FleetPlaces
  readonly runs: RunService
  readonly recovery: RunRecovery
  readonly reports: RunReports
  readonly sightings: SignSightings
  /** Waits as long as the end of another process's run may wait for other writes, and not much longer. */
  readonly untilEndsAreWritten: (signal: AbortSignal) => Promise<void>
}

/** The longest wait of a run by hand for the end of a run elsewhere, in ms. */
const MOST_PATIENT_MS = 3000
/** Time for the write of an end, in ms. */
const WRITTEN_MS = 250
/** The lease's ttl in heartbeats: the coordinator's default. */
const TTL_HEARTBEATS = 3

export function createRuns(env: EngineEnv, deps: RunsDeps, options: ResolvedEngineOptions): Runs {
  const { bucket, catalog, clockWatch, database, fleet, on } = deps
  const { clock, serverClock } = env
  const { enableCoordinator, heartbeatInterval, host = systemHost, shards, standby } = options
  const leaseTtlMs = TTL_HEARTBEATS * heartbeatInterval
  const { jobs } = catalog
  // Run times in the history are compared with times of other machines, so the executor uses the shared clock.
  const executor = createRunExecutor({ ...env, clock: serverClock.shared() }, options)
  const sightings = new SignSightings(clock, bucket.records.signs)
  const places = new FleetPlaces(env, {
    records: bucket.records,
    resolve: (jobName, record) => recovery.resolve(jobName, record, fleet.authorityOf(jobName)),
  })
  const { ended: onEnded, released: onReleased } = on
  const runs = createRunService(
    env,
    { bucket, clockWatch, database, executor, fleet, places, onEnded, onReleased },
    {
      // Without standbys no other instance would look for a run lease.
      leaderTrustedMs: standby === 'hot' && enableCoordinator ? trustedForMs(leaseTtlMs) : undefined,
      claimAheadMs: options.claimAhead,
      heartbeatMs: heartbeatInterval,
      recordWithinMs: options.recordWithin,
    },
  )
  const evidence = new RunEvidence(env, { ...bucket, jobs, leaders: fleet, sightings }, { host, leaseTtlMs, shards })
  const lost = new LostRuns(env, { ...bucket, jobs, runs })
  const takeOvers = new RunTakeOvers(env, { ...bucket, runs })
  const recovery: RunRecovery = new RunRecovery({ ...bucket, evidence, jobs, lost, runs, takeOvers })
  const untilEndsAreWritten = (signal: AbortSignal): Promise<void> =>
    clock.sleep(Math.min(MOST_PATIENT_MS, options.recordWithin + WRITTEN_MS), signal).catch(() => undefined) // the claim tells of a stop
  const cancels = new RunCancels({ ...bucket, executor })
  const reports = new RunReports(env, { ...bucket, executor, signal: fleet.member.signal })
  return { executor, cancels, places, runs, recovery, reports, sightings, untilEndsAreWritten }
}
