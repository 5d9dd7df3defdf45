import { readFileSync } from 'node:fs'
import {
  context,
  createContextKey,
  diag,
  DiagConsoleLogger,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
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
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

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
    expect(run?.attributes).toMatchObject({ 's3sched.status': 'failed', 'error.type': 'Error' })
    expect(run?.events.map(({ name }) => name)).toEqual(['exception'])
  })

  it('has the context of the caller and a link in a run by hand, and that of nobody in a run of a tick', async () => {
    const key = createContextKey('tenant')
    const seen: unknown[] = []
    const within = <T>(value: string, work: () => T): T => context.with(ROOT_CONTEXT.setValue(key, value), work)
    const { scheduler } = await within('of the start', () =>
      boot({ job: { schedule: '* * * * *', action: () => void seen.push(context.active().getValue(key)) } }),
    )
    await fleet.clock.advance(MINUTE)
    const request = tracer.startSpan('request')
    await within('of the request', () =>
      context.with(trace.setSpan(context.active(), request), () => during(fleet.clock, scheduler.runJob('job'))),
    )
    expect(seen).toEqual([undefined, 'of the request'])
    const runs = spans.getFinishedSpans().filter(({ name }) => name === 'run job')
    expect(runs.map(({ links }) => links.map((link) => link.context.spanId))).toEqual([
      [],
      [request.spanContext().spanId],
    ])
    expect(runs.map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined])
  })

  it('tells of a thrown value that is no error', async () => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a value that is no error is the case
    const { scheduler } = await boot({ bad: { schedule: null, action: () => Promise.reject('bad') } })
    await during(
      fleet.clock,
      scheduler.runJob('bad').catch(() => undefined),
    )
    const attempt = spans.getFinishedSpans().find(({ name }) => name === 'attempt bad')
    expect(attempt?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad' })
    expect(attempt?.attributes['error.type']).toBe('_OTHER')
  })

  it('ends the span of a run that is handed over between two attempts, which another instance goes on with', async () => {
    const jobs: FleetJobs = {
      job: {
        schedule: '0 1 12 * * *',
        retries: 1,
        backoff: [5 * MINUTE],
        action: (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('once')) : undefined),
      },
    }
    const before = await boot(jobs)
    await fleet.clock.advance(2 * MINUTE)
    const after = await fleet.boot('b', jobs)
    const endOfAfter = instrumentScheduler(after.scheduler, { tracer, meter: provider.getMeter('test') })
    await during(fleet.clock, before.scheduler.stop())
    expect(eventsOf(before, 'plg:scheduler:job-released')).toMatchObject([{ jobName: 'job', attempts: 1 }])
    const [, released] = spans.getFinishedSpans()
    expect(released?.name).toBe('run job')
    expect(released?.attributes).toMatchObject({ 's3sched.status': 'released' })
    expect(released?.status.code).toBe(SpanStatusCode.UNSET)
    await fleet.clock.advance(10 * MINUTE)
    endOfAfter()
    expect(
      spans.getFinishedSpans().map(({ attributes, name }) => `${name} ${String(attributes['s3sched.status'])}`),
    ).toEqual(['attempt job undefined', 'run job released', 'attempt job undefined', 'run job success'])
    expect(new Set(spans.getFinishedSpans().map(({ attributes }) => attributes['s3sched.run_id'])).size).toBe(1)
  })

  it('ends the span of an attempt whose action ignores its signal with the attempt', async () => {
    await boot({
      deaf: {
        schedule: '* * * * *',
        timeout: SECOND,
        retries: 1,
        backoff: [10 * SECOND],
        action: () => fleet.clock.sleep(25 * SECOND),
      },
    })
    await fleet.clock.advance(MINUTE + 5 * SECOND)
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['attempt deaf'])
    await fleet.clock.advance(40 * SECOND)
    const ended = spans.getFinishedSpans()
    expect(ended.map(({ name }) => name)).toEqual(['attempt deaf', 'attempt deaf', 'run deaf'])
    expect(ended.map(({ status }) => status.code)).toEqual(ended.map(() => SpanStatusCode.ERROR))
    expect(ended.at(-1)?.attributes['error.type']).toBe('TIMEOUT')
  })

  it.each(['onStart', 'onEnd'] as const)(
    'runs a job once although the %s of a span processor throws',
    async (method) => {
      const complaints: string[] = []
      diag.setLogger(Object.assign(new DiagConsoleLogger(), { error: (message: string) => complaints.push(message) }))
      const broken = new SimpleSpanProcessor(spans)
      broken[method] = () => {
        throw new Error('the exporter is away')
      }
      const calls: number[] = []
      const { scheduler } = await fleet.bootLeader({
        job: { schedule: null, retries: 3, action: (_, { attempt }) => void calls.push(attempt) },
      })
      end = instrumentScheduler(scheduler, {
        tracer: new BasicTracerProvider({ spanProcessors: [broken] }).getTracer('test'),
        meter: provider.getMeter('test'),
      })
      await during(fleet.clock, scheduler.runJob('job'))
      diag.disable()
      expect(calls).toEqual([1])
      expect(complaints).toContain('s3sched: the telemetry threw')
    },
  )

  it('tells two schedulers of one meter apart by attributes', async () => {
    const meter = provider.getMeter('test')
    const one = await fleet.bootLeader({})
    const other = await fleet.boot('b', {})
    const ends = [one, other].map(({ scheduler }, index) =>
      instrumentScheduler(scheduler, { tracer, meter, attributes: { scheduler: index } }),
    )
    end = () => ends.forEach((each) => each())
    expect((await measured()).filter(({ name }) => name === 's3sched.is_leader')).toMatchObject([
      { attributes: { scheduler: 0 }, value: 1 },
      { attributes: { scheduler: 1 }, value: 0 },
    ])
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
