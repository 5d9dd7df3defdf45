import type { RunHistory } from '@s3sched/history'
import type { ClockWatch, LocalJob } from '@s3sched/jobs'
import {
  Attention,
  ChangeMarker,
  createRunHistory,
  OutcomeFlusher,
  LiveReports,
  RecordCache,
  RunRequests,
} from '@s3sched/jobs/bucket'
import type { DefinedJobs } from './definitions/defined-jobs.ts'
import { ScheduleCache } from './definitions/schedule-cache.ts'
import type { EngineEnv } from './engine-env.ts'
import type { ResolvedEngineOptions } from './engine-options.ts'
import { OutcomeMaker } from './run-outcomes.ts'

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
  readonly history: RunHistory | undefined
  readonly outcomes: OutcomeMaker
  readonly flusher: OutcomeFlusher
  readonly marker: ChangeMarker
  readonly attention: Attention
  readonly live: LiveReports
  readonly requests: RunRequests
}

export function createBucket(
  env: EngineEnv,
  { catalog, clockWatch, leads, onOtherTicks }: BucketDeps,
  options: ResolvedEngineOptions,
): Bucket {
  const localJobs = catalog.jobs
  const localJob = (name: string): LocalJob | undefined => localJobs.get(name)
  const { events, logger, self, serverClock, store } = env
  const records = new RecordCache(
    { ...env, clockWatch },
    {
      writer: self.instance,
      shards: options.shards,
      names: catalog.names,
      localJob,
      leads,
      claimAheadMs: options.claimAhead,
      onOtherTicks,
      onProblem: (error) => events.announce('error', { error }),
    },
  )
  const ledger = records.pages
  const marker = new ChangeMarker(env)
  return {
    records,
    schedules: new ScheduleCache(localJob),
    history: options.persistJobs
      ? createRunHistory({ ...env, ledger, waitingOutcomes: () => records.waitingOutcomes() }, options)
      : undefined,
    outcomes: new OutcomeMaker(env, options.persistJobs),
    flusher: new OutcomeFlusher(
      { ledger, logger, store, now: () => serverClock.sharedNow() },
      { maxAgeMs: options.historyRetention },
    ),
    marker,
    attention: new Attention({ ...env, marker }),
    live: new LiveReports(env),
    requests: new RunRequests(env),
  }
}
