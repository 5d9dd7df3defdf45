import { readFileSync } from 'node:fs'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { instrumentScheduler } from '../src/opentelemetry/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())

describe('an instrumented scheduler', () => {
  const spans = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')
  let fleet: Fleet
  let exporter: InMemoryMetricExporter
  let provider: MeterProvider
  let end: () => void

  beforeEach(() => {
    fleet = createFleet()
    spans.reset()
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

  async function boot(jobs: FleetJobs): Promise<Instance> {
    const leader = await fleet.bootLeader(jobs)
    end = instrumentScheduler(leader.scheduler, { tracer, meter: provider.getMeter('test'), clock: fleet.clock })
    return leader
  }

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

  it('has a span for each run, below it one for each attempt, and what the action does below that', async () => {
    await boot({
      job: {
        schedule: '* * * * *',
        retries: 1,
        backoff: [SECOND],
        action: (_, { attempt }) => {
          tracer.startSpan('work').end()
          if (attempt === 1) throw new Error('once')
        },
      },
    })
    await fleet.clock.advance(MINUTE + 2 * SECOND)
    const [work, failed, , attempt, run, ...others] = spans.getFinishedSpans()
    expect(others).toEqual([])
    expect([run?.name, failed?.name, attempt?.name, work?.name]).toEqual([
      'run job',
      'attempt job',
      'attempt job',
      'work',
    ])
    expect(work?.parentSpanContext?.spanId).toBe(failed?.spanContext().spanId)
    expect(failed?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId)
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'once' })
    expect(attempt?.attributes).toMatchObject({ 's3sched.job': 'job', 's3sched.attempt': 2 })
    expect(run?.attributes).toMatchObject({
      's3sched.job': 'job',
      's3sched.trigger': 'schedule',
      's3sched.status': 'success',
      's3sched.worker_id': 'a',
      's3sched.epoch': 1,
    })
    expect(run?.parentSpanContext).toBeUndefined()
  })

  it('marks a failed run', async () => {
    const { scheduler } = await boot({ bad: { schedule: null, action: () => Promise.reject(new Error('bad')) } })
    await during(
      fleet.clock,
      scheduler.runJob('bad').catch(() => undefined),
    )
    const run = spans.getFinishedSpans().find(({ name }) => name === 'run bad')
    expect(run?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad' })
    expect(run?.attributes['s3sched.status']).toBe('failed')
    expect(run?.events.map(({ name }) => name)).toEqual(['exception'])
  })

  it('counts runs, skipped ticks and requests, and measures durations and lags', async () => {
    const { scheduler } = await boot({
      long: { schedule: '* * * * *', action: (_, { signal }) => fleet.clock.sleep(70 * SECOND, signal) },
      bad: { schedule: null, action: () => Promise.reject(new Error('bad')) },
    })
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
        value: expect.objectContaining({ sum: 70 }) as object,
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
    end = instrumentScheduler(after.scheduler, { tracer, meter: provider.getMeter('test') })
    await fleet.clock.advance(MINUTE)
    const points = await measured()
    expect(points.find(({ name }) => name === 's3sched.runs.lost')).toMatchObject({
      value: 1,
      attributes: { job: 'job' },
    })
    expect(points.find(({ name }) => name === 's3sched.ticks.missed')?.value).toBeGreaterThan(0)
  })

  it('says nothing any more once that is ended', async () => {
    const { scheduler } = await boot({ job: { schedule: null, action: () => trace.getActiveSpan() === undefined } })
    expect(await during(fleet.clock, scheduler.runJob('job'))).toBe(false)
    end()
    spans.reset()
    expect(await during(fleet.clock, scheduler.runJob('job'))).toBe(true)
    expect(spans.getFinishedSpans()).toEqual([])
  })
})

it('is not loaded by those who do not import it', () => {
  const seen = new Set<string>()
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)) {
      const [, room] = /^@s3sched\/([a-z]+)$/.exec(from) ?? []
      if (from.startsWith('.')) visit(new URL(from, file))
      else if (room !== undefined) visit(new URL(`../../${room}/src/index.ts`, import.meta.url))
      else seen.add(from)
    }
  }
  visit(new URL('../src/index.ts', import.meta.url))
  expect(seen.size).toBeGreaterThan(150)
  expect([...seen].filter((name) => name.includes('opentelemetry'))).toEqual([])
})
