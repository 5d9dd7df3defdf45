import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { instrumentScheduler } from '../src/opentelemetry/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
let exporter: InMemoryMetricExporter
let provider: MeterProvider
let end: () => void

beforeEach(() => {
  fleet = createFleet()
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
})
afterEach(async () => {
  end()
  await fleet.stopAll()
  await provider.shutdown()
})

/** All points of all metrics: name, attributes and value. */
async function measured(): Promise<{ name: string; attributes: object; value: unknown }[]> {
  exporter.reset()
  await provider.forceFlush()
  return exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ dataPoints, descriptor }) =>
      dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value })),
    )
}

it('counts runs, skipped ticks and requests, and measures durations and lags', async () => {
  const { scheduler } = await fleet.bootLeader({
    long: { schedule: '* * * * *', action: (_, { signal }) => fleet.clock.sleep(70 * SECOND, signal) },
    bad: { schedule: null, action: () => Promise.reject(new Error('bad')) },
  })
  end = instrumentScheduler(scheduler, { meter: provider.getMeter('test'), clock: fleet.clock })
  await during(
    fleet.clock,
    scheduler.runJob('bad').catch(() => undefined),
  )
  await fleet.clock.advance(2 * MINUTE + 30 * SECOND)
  const points = await measured()
  const valuesOf = (name: string): unknown[] => points.filter((point) => point.name === name)
  expect(valuesOf('s3sched.runs')).toEqual(
    expect.arrayContaining([
      { name: 's3sched.runs', attributes: { job: 'long', status: 'success' }, value: 1 },
      { name: 's3sched.runs', attributes: { job: 'bad', status: 'failed' }, value: 1 },
    ]),
  )
  expect(valuesOf('s3sched.run.duration')).toContainEqual(
    expect.objectContaining({
      attributes: { job: 'long', status: 'success' },
      value: expect.objectContaining({
        sum: 70,
        buckets: expect.objectContaining({
          boundaries: expect.arrayContaining([0.005, 60, 300]) as unknown,
        }) as object,
      }) as object,
    }),
  )
  expect(valuesOf('s3sched.run.lag')).toContainEqual(
    expect.objectContaining({ attributes: { job: 'long' }, value: expect.objectContaining({ max: 0 }) as object }),
  )
  expect(valuesOf('s3sched.ticks.skipped')).toMatchObject([{ attributes: { job: 'long' }, value: 1 }])
  expect(valuesOf('s3sched.is_leader')).toMatchObject([{ value: 1 }])
  expect(valuesOf('s3sched.store.requests')).toEqual(
    expect.arrayContaining([expect.objectContaining({ attributes: { operation: 'put', outcome: 'written' } })]),
  )
})

it('counts missed ticks and lost runs', async () => {
  const jobs: FleetJobs = {
    job: {
      schedule: '*/10 * * * * *',
      catchUp: 'none',
      action: (_, { signal }) => fleet.clock.sleep(5 * SECOND, signal),
    },
  }
  const before = await fleet.boot('b', jobs, { heartbeatInterval: 5 * SECOND })
  await fleet.clock.advance(12 * SECOND)
  fleet.cutOff(before)
  const after = await fleet.boot('c', jobs, { heartbeatInterval: 5 * SECOND })
  end = instrumentScheduler(after.scheduler, { meter: provider.getMeter('test') })
  await fleet.clock.advance(MINUTE)
  const points = await measured()
  expect(points.find(({ name }) => name === 's3sched.runs.lost')).toMatchObject({
    value: 1,
    attributes: { job: 'job' },
  })
  expect(points.find(({ name }) => name === 's3sched.ticks.missed')?.value).toBeGreaterThan(0)
})
