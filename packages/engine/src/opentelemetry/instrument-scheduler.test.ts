import { channel } from 'node:diagnostics_channel'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createManualClock } from '@s3sched/kernel/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { completed, contextOf, createToldRuns, runOf, type ToldRuns } from '../../test/told-runs.ts'
import { STORE_REQUEST_CHANNEL } from '../diagnostics.ts'
import { instrumentScheduler, type InstrumentOptions } from './instrument-scheduler.ts'

const spans = new InMemorySpanExporter()
const clock = createManualClock(2000)
let exporter: InMemoryMetricExporter
let provider: MeterProvider
let ends: (() => void)[]

beforeEach(() => {
  spans.reset()
  ends = []
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
})
afterEach(async () => {
  for (const end of ends) end()
  await provider.shutdown()
})

function instrumented(options: InstrumentOptions = {}): ToldRuns {
  const told = createToldRuns()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')
  ends.push(instrumentScheduler(told, { tracer, meter: provider.getMeter('test'), clock, ...options }))
  return told
}

/** The points of a metric: attributes and value. */
async function measured(name: string): Promise<{ attributes: object; value: unknown }[]> {
  exporter.reset()
  await provider.forceFlush()
  return exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })))
}

it('counts runs by their end, and measures their duration and lag in seconds', async () => {
  const { events } = instrumented()
  const [good, bad] = [runOf('good'), runOf('bad')]
  for (const run of [good, bad]) events.announce('jobStarted', { ...run, executionId: run.runId, startTime: 2000 })
  events.announce('jobCompleted', completed(good))
  events.announce('jobFailed', { ...completed(bad), status: 'timeout', error: new Error('late'), attempt: 1 })
  expect(await measured('s3sched.runs')).toEqual([
    { attributes: { job: 'good', status: 'success' }, value: 1 },
    { attributes: { job: 'bad', status: 'timeout' }, value: 1 },
  ])
  const [duration] = await measured('s3sched.run.duration')
  expect(duration?.value).toMatchObject({
    sum: 70,
    buckets: { boundaries: expect.arrayContaining([0.005, 3600]) as unknown },
  })
  expect((await measured('s3sched.run.lag'))[0]).toMatchObject({ attributes: { job: 'good' }, value: { max: 2 } })
})

it('counts ticks without a run, and lost runs', async () => {
  const { events } = instrumented()
  const tick = { jobName: 'job', scheduledTime: new Date(0), reason: 'test' }
  events.announce('plg:scheduler:job-skipped', tick)
  events.announce('plg:scheduler:job-lost', { ...tick, runId: 'job-1' })
  events.announce('plg:scheduler:job-missed', { ...tick, from: new Date(0), to: new Date(9), count: 3 })
  const attributes = { job: 'job' }
  expect(await measured('s3sched.ticks.skipped')).toEqual([{ attributes, value: 1 }])
  expect(await measured('s3sched.runs.lost')).toEqual([{ attributes, value: 1 }])
  expect(await measured('s3sched.ticks.missed')).toEqual([{ attributes, value: 3 }])
})

it('shows waiting runs, those of a group apart, and actions that were abandoned', async () => {
  instrumented()
  expect(await measured('s3sched.runs.waiting')).toEqual([
    { attributes: {}, value: 2 },
    { attributes: { group: 'mail' }, value: 1 },
  ])
  expect(await measured('s3sched.actions.abandoned')).toEqual([{ attributes: {}, value: 1 }])
})

it('counts the requests of its own scheduler alone', async () => {
  const told = instrumented()
  const requests = channel(STORE_REQUEST_CHANNEL)
  requests.publish({ scheduler: told, operation: 'put', outcome: 'written' })
  requests.publish({ scheduler: {}, operation: 'put', outcome: 'written' })
  expect(await measured('s3sched.store.requests')).toEqual([
    { attributes: { operation: 'put', outcome: 'written' }, value: 1 },
  ])
})

it('tells two schedulers of one meter apart by attributes', async () => {
  const [one] = [0, 1].map((scheduler) => instrumented({ attributes: { scheduler } }))
  if (one !== undefined) one.leads = true
  expect(await measured('s3sched.is_leader')).toEqual([
    { attributes: { scheduler: 0 }, value: 1 },
    { attributes: { scheduler: 1 }, value: 0 },
  ])
})

it('says nothing any more once that is ended', async () => {
  const { around, events } = instrumented()
  const run = runOf('job')
  for (const end of ends.splice(0)) end()
  events.announce('jobStarted', { ...run, executionId: run.runId, startTime: 2000 })
  expect(await around.call(contextOf(run), () => 'done')).toBe('done')
  events.announce('jobCompleted', completed(run))
  expect(spans.getFinishedSpans()).toEqual([])
  expect(await measured('s3sched.runs')).toEqual([])
  expect(await measured('s3sched.is_leader')).toEqual([])
})
