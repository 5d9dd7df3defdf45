import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { silentLogger } from '@s3sched/kernel'
import { estimateCost, SchedulerPlugin, type Job } from '@s3sched/plugin'
import { createMemoryStore } from '@s3sched/store'
import { createCountingStore, type RequestCounts } from '@s3sched/store/testing'
import type { Measurement } from '../measurement.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAYS_PER_MONTH = 30
/** US$ for one request, S3's list prices. */
const PRICE = { put: 5 / 1e6, list: 5 / 1e6, get: 0.4 / 1e6 }

/** What is requested, counted on the simulated clock, so that it is the same on every machine. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const idle = await count(1, {}, 6)
  const busy = await count(1, { minutely: { schedule: '* * * * *', action: () => 'done' } }, 6)
  const runs = 6 * 60
  const day = await count(10, {}, 24)
  const dollars = (day.put * PRICE.put + day.list * PRICE.list + day.get * PRICE.get) * DAYS_PER_MONTH
  return [
    { name: 'a run with history', value: (busy.put - idle.put) / runs, unit: 'PUT', atMost: 2 },
    { name: 'a run with history', value: (busy.get - idle.get) / runs, unit: 'GET', atMost: 0 },
    { name: 'a run with history', value: (busy.list - idle.list) / runs, unit: 'LIST', atMost: 0 },
    { name: 'ten idle instances, a day', value: day.put, unit: 'PUT' },
    { name: 'ten idle instances, a day', value: day.get, unit: 'GET' },
    { name: 'ten idle instances, a day', value: day.list, unit: 'LIST' },
    { name: 'ten idle instances, a month', value: dollars, unit: 'US$', atMost: 1 },
    { name: 'the same, as estimateCost says', value: estimateCost({ instances: 10 }).dollars, unit: 'US$' },
  ]
}

/** What a fleet requests in so many hours, once it is past its start. */
async function count(
  instances: number,
  jobs: Readonly<Record<string, Job<unknown>>>,
  hours: number,
): Promise<RequestCounts> {
  const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  const random = createSeededRandom(1)
  const { store, requests, reset } = createCountingStore(createMemoryStore({ clock }))
  const fleet = Array.from(
    { length: instances },
    (_, index) =>
      new SchedulerPlugin<unknown>({ store, jobs, clock, random, logger: silentLogger, workerId: `w${index}` }),
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
