import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger, type Clock } from '@s3sched/kernel'
import { SchedulerPlugin, type Job, type SchedulerOptions } from '@s3sched/plugin'
import { createMemoryStore } from '@s3sched/store'
import { createCountingStore, type RequestCounts } from '@s3sched/store/testing'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** US$ for one request, S3's list prices. */
const PRICE = { put: 5 / 1e6, list: 5 / 1e6, get: 0.4 / 1e6 }
const HOURS_PER_MONTH = 720

export interface CountedFleet {
  readonly instances: number
  readonly jobs?: (clock: Clock) => Readonly<Record<string, Job<unknown>>>
  readonly hours: number
  readonly options?: Pick<SchedulerOptions, 'recordWithin'>
}

/**
 * The requests of a fleet within a number of hours after its start, on the simulated clock: the same on every machine.
 */
export async function countFleet({ hours, instances, jobs, options }: CountedFleet): Promise<RequestCounts> {
  const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  const random = createSeededRandom(1)
  const { store, requests, reset } = createCountingStore(createMemoryStore({ clock }))
  const fleet = Array.from(
    { length: instances },
    (_, index) =>
      new SchedulerPlugin<unknown>({
        ...options,
        store,
        jobs: jobs?.(clock) ?? {},
        clock,
        random,
        logger: silentLogger,
        workerId: `w${index}`,
      }),
  )
  const started = fleet.map((scheduler) => scheduler.start())
  await clock.advance(10 * MINUTE)
  await Promise.all(started)
  reset()
  await clock.advance(hours * HOUR)
  const counted = { ...requests }
  const stopped = fleet.map((scheduler) => scheduler.stop({ timeout: 0 }))
  await clock.advance(MINUTE)
  await Promise.all(stopped)
  return counted
}

/** Converts the requests of a number of hours into US$ a month. */
export function dollarsPerMonth({ get, list, put }: RequestCounts, hours: number): number {
  return ((put * PRICE.put + list * PRICE.list + get * PRICE.get) * HOURS_PER_MONTH) / hours
}

/** Jobs of the same schedule whose actions take up to `longestMs`, spread evenly over the jobs. */
export function manyJobs(
  count: number,
  schedule: string | null,
  longestMs: number,
): (clock: Clock) => Record<string, Job<unknown>> {
  return (clock) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `job-${index}`,
        {
          schedule,
          action: async () => {
            if (longestMs > 0) await clock.sleep((index / count) * longestMs)
            return 'done'
          },
        },
      ]),
    )
}
