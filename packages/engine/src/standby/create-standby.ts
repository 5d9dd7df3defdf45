import type { Shard, ShardedCoordinator } from '@s3sched/coordinator'
import { type ClockWatch, type LocalJob, shardOf } from '@s3sched/jobs'
import type { Bucket, DefinedJobs } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { EngineOptions } from '../engine-options.ts'
import { restBesides, type Rest } from '../leader/fleet-rest.ts'
import { knownJob } from '../leader/known-job.ts'
import type { Members } from '../leader/members.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { TickEngine } from '../ticks/tick-engine.ts'
import { DueReader } from './due-reader.ts'
import { StandIn } from './stand-in.ts'
import { StandbyPost } from './standby-post.ts'
import { type Duty, Standby } from './standby.ts'

export interface CreateStandbyDeps {
  readonly bucket: Bucket
  readonly catalog: Pick<DefinedJobs, 'jobs'>
  readonly clockWatch: Pick<ClockWatch, 'isGood'>
  readonly coordinator: ShardedCoordinator
  readonly members: Members
  readonly runs: Pick<Runs, 'recovery' | 'sightings'>
  /** Creates an engine that claims for a member, at the instant and not ahead of it. @param rest - left to the leader */
  readonly createEngine: (rest: Rest | undefined) => TickEngine
}

/** This instance's part in the hot standby; `undefined` where the options ask for none. */
export function createStandby(
  env: EngineEnv,
  { bucket, catalog, clockWatch, coordinator, createEngine, members, runs }: CreateStandbyDeps,
  options: EngineOptions,
): StandbyPost | undefined {
  if (options.standby !== 'hot' || !options.enableCoordinator) return undefined
  const { recovery, sightings } = runs
  const { book, marker, schedules } = bucket
  const { jobs } = catalog
  const localJob = (name: string): LocalJob | undefined => jobs.get(name)
  const sources = { book, localJob, scheduleOf: schedules.get.bind(schedules) }
  const othersOverInMs = (name: string): number | undefined => recovery.othersOverInMs(name)
  const forShard = (shard: Shard, duty: Duty): Standby =>
    new Standby(env, {
      jobs: {
        names: () => [...jobs.keys()].filter((name) => shardOf(name, coordinator.shards.length) === shard.index),
        known: (name) => knownJob(sources, name),
        isStale: (name) => book.isStale(name),
        othersOverInMs,
      },
      reader: new DueReader(env, { book, sightings, othersOverInMs }, options),
      standIn: new StandIn(env, {
        createEngine: () => createEngine(restBesides(shard.leaderPayload())),
        mayClaim: () => clockWatch.isGood(),
        onOverdue: () => shard.lookNow(),
      }),
      duty,
    })
  return new StandbyPost(env, { coordinator, members, marker, createStandby: forShard }, options)
}
