import { createCoordinator } from '@s3sched/coordinator'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import type { Measurement } from '../measurement.ts'

const MINUTE = 60_000
const HOURS_PER_MONTH = 730
/** US$ for one request, S3's list prices. */
const PRICE = { put: 5 / 1e6, list: 5 / 1e6, get: 0.4 / 1e6 }
const HEARTBEATS = [5000, 10_000, 30_000, 60_000]

/** The cost of idle groups of coordinators, by the requests counted over an hour of the simulated clock. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = []
  for (const instances of [1, 3, 10, 100]) {
    for (const heartbeatInterval of HEARTBEATS) {
      measurements.push({
        name: `${instances} idle, a heartbeat every ${heartbeatInterval / 1000} s`,
        value: await dollarsPerMonth(instances, heartbeatInterval),
        unit: 'US$ a month',
        ...(instances === 10 && heartbeatInterval === 30_000 ? { atMost: 1 } : {}),
      })
    }
  }
  return measurements
}

async function dollarsPerMonth(instances: number, heartbeatInterval: number): Promise<number> {
  const clock = createManualClock()
  const random = createSeededRandom(1)
  const { requests, reset, store } = createCountingStore(createMemoryStore({ clock }))
  const group = Array.from({ length: instances }, (_, index) =>
    createCoordinator(store, { workerId: `w${index}`, heartbeatInterval, skipColdStart: true, clock, random }),
  )
  const started = group.map((coordinator) => coordinator.start())
  await clock.advance(MINUTE)
  await Promise.all(started)
  reset()
  await clock.advance(60 * MINUTE)
  const dollars = requests.put * PRICE.put + requests.list * PRICE.list + requests.get * PRICE.get
  const stopped = group.map((coordinator) => coordinator.stop())
  await clock.advance(MINUTE)
  await Promise.all(stopped)
  return dollars * HOURS_PER_MONTH
}
