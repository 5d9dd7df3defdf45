import type { Shard } from '@s3sched/coordinator'
import { type ClockWatch, shardOf } from '@s3sched/jobs'
import type { Bucket } from '../bucket.ts'
import type { DefinedJobs } from '../definitions/defined-jobs.ts'
import type { EngineEnv } from '../engine-env.ts'
import type { ResolvedEngineOptions } from '../engine-options.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { restBesides } from '../fleet/fleet-rest.ts'
import { knownJob } from '../definitions/known-job.ts'
import type { Runs } from '../runs/create-runs.ts'
import type { TickEngines } from '../ticks/tick-engines.ts'
import { readDue } from './read-due.ts'
import { StandIn } from './stand-in.ts'
import { StandbyDuty } from './standby-duty.ts'
import { type Duty, Standby } from './standby.ts'

export interface CreateStandbyDeps {
  readonly bucket: Bucket
  readonly catalog: Pick<DefinedJobs, 'jobs' | 'names'>
  readonly clockWatch: Pick<ClockWatch, 'isGood'>
  readonly fleet: Fleet
  readonly runs: Pick<Runs, 'recovery' | 'sightings'>
  readonly engines: TickEngines
}

/** This instance's part in the hot standby; `undefined` where the options ask for none. */
export function createStandby(
  env: EngineEnv,
  { bucket, catalog, clockWatch, engines, fleet, runs }: CreateStandbyDeps,
  options: ResolvedEngineOptions,
): StandbyDuty | undefined {
  if (options.standby !== 'hot' || !options.enableCoordinator) return undefined
  const { recovery, sightings } = runs
  const { records, marker } = bucket
  const { coordinator, member, members } = fleet
  const { jobs, names: table } = catalog
  const sources = { ...bucket, jobs }
  const othersOverInMs = (name: string): number | undefined => recovery.othersOverInMs(name)
  const forShard = (shard: Shard, duty: Duty): Standby =>
    new Standby(env, {
      jobs: {
        *names() {
          for (const name of jobs.keys()) if (shardOf(name, coordinator.shards.length) === shard.index) yield name
        },
        known: (name) => knownJob(sources, name),
        othersOverInMs,
        table,
      },
      read: (due, signal) => readDue({ records, sightings }, due, signal),
      mayClaim: async () => clockWatch.isGood(),
      standIn: new StandIn(env, {
        createEngine: () => engines.createStandIn(member, restBesides(shard.leaderPayload())),
        createAhead: (owns) => engines.createAhead(member, owns, restBesides(shard.leaderPayload())),
        isLedSince: (instant) => Number(shard.leaderPayload()?.['watermark'] ?? -Infinity) > instant,
        onOverdue: () => shard.lookNow(),
      }),
      duty,
    })
  return new StandbyDuty(env, { coordinator, members, marker, createStandby: forShard }, options)
}
