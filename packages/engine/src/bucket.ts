import type { History } from '@s3sched/history'
import {
  ChangeMarker,
  type ClockWatch,
  createRunHistory,
  RecordCache,
  type LocalJob,
  type NameTable,
  RunRequests,
  neededRuns,
} from '@s3sched/jobs'
import { ScheduleCache } from './definitions/schedule-cache.ts'
import type { EngineEnv } from './engine-env.ts'
import type { EngineOptions } from './engine-options.ts'
import { RunRecorder } from './runs/run-recorder.ts'

/** The jobs of the application, as far as the engine needs them. */
export interface DefinedJobs {
  readonly jobs: ReadonlyMap<string, LocalJob>
  /** Numbers the names of all jobs. */
  readonly names: NameTable
  /** See {@link JobCatalog.saidAt}. */
  readonly saidAt: Map<string, number>
}

export interface BucketDeps {
  readonly catalog: DefinedJobs
  readonly clockWatch: ClockWatch
  /** True while this process leads the job. */
  readonly leads: (jobName: string) => boolean
  /** Called when a read shows other ticks of a job than those known before. Must not throw. */
  readonly onOtherTicks: (jobName: string) => void
}

/** The objects in the bucket that the engine reads and writes, each through one part. */
export interface Bucket {
  readonly records: RecordCache
  /** The schedule in force of each job. */
  readonly schedules: ScheduleCache
  /** `undefined`: runs leave no record. */
  readonly history: History | undefined
  readonly recorder: RunRecorder
  readonly marker: ChangeMarker
  readonly requests: RunRequests
}

export function createBucket(
  env: EngineEnv,
  { catalog, clockWatch, leads, onOtherTicks }: BucketDeps,
  options: EngineOptions,
): Bucket {
  const localJobs = catalog.jobs
  const localJob = (name: string): LocalJob | undefined => localJobs.get(name)
  const history = createRunHistory(env, options, (job, call) => neededRuns(records)(job, call))
  const recorder = new RunRecorder({ ...env, history })
  const records = new RecordCache({
    ...env,
    writer: env.self.instance,
    shards: options.shards,
    clockWatch,
    recorded: recorder.recorded,
    localJob,
    leads,
    claimAheadMs: options.claimAhead,
    onOtherTicks,
    onProblem: (error) => env.events.announce('error', { error }),
  })
  return {
    records,
    schedules: new ScheduleCache(localJob),
    history,
    recorder,
    marker: new ChangeMarker(env),
    requests: new RunRequests(env),
  }
}
