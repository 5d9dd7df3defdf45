import { estimateCost } from '@s3sched/plugin'
import type { Measurement } from '../measurement.ts'

/** The measured figures of one leader. */
export interface Measured {
  /** Time on a core for one run, in ms. */
  readonly cpuMsPerRun: number
}

const INSTANCES = 100
const JOBS = 1_000_000
const SHARDS = 64
const MILLION = 1_000_000
const PER_PUT = 5 / MILLION
const PER_GET = 0.4 / MILLION
const JOBS_PER_LIST = 1000
const CLAIMS_AT_ONCE = 64
const GETS_AT_ONCE = 32
/** An answer of S3 in its own region. */
const ANSWER_MS = 20

/**
 * The cost and the load of a fleet of 100 instances and a million jobs: arithmetic, from measured figures and from the
 * requests that tests count (`shards.test.ts`). US$ are for 30 days at S3's list prices.
 */
export function largeFleet({ cpuMsPerRun }: Measured): readonly Measurement[] {
  const lists = Math.ceil(JOBS / JOBS_PER_LIST)
  const listsAMonth = (shards: number): number => ((30 * 86_400) / 600) * lists * Math.min(shards, INSTANCES)
  const hourly = estimateCost({ schedules: ['0 * * * *'] })
  const none = estimateCost({}).dollars
  // Leases, looks at leases, members and the marker; a fleet without jobs needs few lists of jobs.
  const idle = (shards: number): number => estimateCost({ instances: INSTANCES, shards }).dollars
  const of = (name: string, value: number, unit: string): Measurement => ({
    name: `${INSTANCES} instances, 1,000,000 jobs: ${name}`,
    value,
    unit,
  })
  return [
    of('leases, members and looks at them, 1 shard', idle(1), 'US$'),
    of('leases, members and looks at them, 8 shards', idle(8), 'US$'),
    of(`leases, members and looks at them, ${SHARDS} shards`, idle(SHARDS), 'US$'),
    of('looking at all jobs every 10 minutes, 1 shard', listsAMonth(1) * PER_PUT, 'US$'),
    of('looking at all jobs every 10 minutes, 8 shards', listsAMonth(8) * PER_PUT, 'US$'),
    of(`looking at all jobs every 10 minutes, ${SHARDS} shards`, listsAMonth(SHARDS) * PER_PUT, 'US$'),
    of('each run once an hour', (hourly.dollars - none) * JOBS, 'US$'),
    of('that is', JOBS / 3600, 'runs/s'),
    of('and takes of cores, by the time measured here', (JOBS / 3600) * (cpuMsPerRun / 1000), 'cores'),
    of('all due in one second: one leader, by that time alone', (JOBS * cpuMsPerRun) / 60_000, 'min'),
    of(`the same with ${SHARDS} leaders, each with a core of its own`, (JOBS * cpuMsPerRun) / SHARDS / 1000, 's'),
    of(
      `the same by ${ANSWER_MS} ms for a claim, ${CLAIMS_AT_ONCE} at once for each of ${SHARDS} shards`,
      ((JOBS / SHARDS) * ANSWER_MS) / CLAIMS_AT_ONCE / 1000,
      's',
    ),
    of(`a start that reads each record, ${GETS_AT_ONCE} at once`, (JOBS * ANSWER_MS) / GETS_AT_ONCE / 60_000, 'min'),
    of('the same for all instances', JOBS * INSTANCES * PER_GET, 'US$'),
    of(`taking over a shard of ${SHARDS}: listing all jobs`, (lists * ANSWER_MS) / 1000, 's'),
  ]
}
