import type { ShardedCoordinator } from '@s3sched/coordinator'
import type { ClockWatch } from '@s3sched/jobs'
import type { Bucket, DefinedJobs } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { Members } from '../leader/members.ts'
import type { Runs } from '../runs/create-runs.ts'
import { StandbyPost, type StandbyPostDeps } from './standby-post.ts'

export interface CreateStandbyDeps {
  readonly bucket: Bucket
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  readonly clockWatch: Pick<ClockWatch, 'isGood'>
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly runs: Pick<Runs, 'recovery' | 'sightings'>
  /** Creates an engine that claims for a member, at the instant and not ahead of it. */
  readonly createEngine: StandbyPostDeps['createEngine']
}

/** This instance's part in the hot standby; `undefined` where the options ask for none. */
export function createStandby(
  env: EngineEnv,
  { bucket, catalog, clockWatch, coordinator, createEngine, members, runs }: CreateStandbyDeps,
  { claimAhead, enableCoordinator, heartbeatInterval, standby }: EngineOptions,
): StandbyPost | undefined {
  if (standby !== 'hot' || !enableCoordinator) return undefined
  const { recovery, sightings } = runs
  const { book, marker, schedules } = bucket
  return new StandbyPost({
    ...env,
    clock: env.serverClock.ticking(),
    coordinator,
    members,
    marker,
    book,
    sightings,
    othersOverInMs: (name) => recovery.othersOverInMs(name),
    localJobs: catalog.jobs,
    scheduleOf: (name, record) => schedules.get(name, record),
    createEngine,
    mayClaim: () => clockWatch.isGood(),
    claimAheadMs: claimAhead,
    heartbeatMs: heartbeatInterval,
  })
}
