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
/** A page holds at most 250 records, and the pages of equal depth are a power of two. */
const PAGES: number = 2 ** Math.ceil(Math.log2(JOBS / 250))
const PAGES_PER_LIST = 1000
const HOURS = 720

/**
 * The cost and the load of a fleet of 100 instances and a million jobs: arithmetic, from measured figures and from the
 * requests that tests count. US$ are for 30 days at S3's list prices.
 */
export function largeFleet({ cpuMsPerRun }: Measured): readonly Measurement[] {
  const lists = Math.ceil(PAGES / PAGES_PER_LIST)
  const looks = (shards: number): number => HOURS * 6 * lists * Math.min(shards, INSTANCES) * PER_PUT
  return [
    of('leases, members and looks at them, 1 shard', idle(1), 'US$'),
    of('leases, members and looks at them, 8 shards', idle(8), 'US$'),
    of(`leases, members and looks at them, ${SHARDS} shards`, idle(SHARDS), 'US$'),
    of('looking at all pages every 10 minutes, 1 shard', looks(1), 'US$'),
    of('looking at all pages every 10 minutes, 8 shards', looks(8), 'US$'),
    of(`looking at all pages every 10 minutes, ${SHARDS} shards`, looks(SHARDS), 'US$'),
    of('each run at the full hour: claims and ends', 2 * PAGES * HOURS * PER_PUT, 'US$'),
    of('all due in one second: one leader, by that time alone', (JOBS * cpuMsPerRun) / 60_000, 'min'),
    of(`the same with ${SHARDS} leaders, each with a core of its own`, (JOBS * cpuMsPerRun) / SHARDS / 1000, 's'),
  ]
}

/** Leases, looks at leases, members and the marker, in US$. */
function idle(shards: number): number {
  return estimateCost({ instances: INSTANCES, shards }).dollars
}

function of(name: string, value: number, unit: string): Measurement {
  return { name: `${INSTANCES} instances, 1,000,000 jobs: ${name}`, value, unit }
}
