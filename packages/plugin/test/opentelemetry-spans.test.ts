import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { instrumentScheduler } from '../src/opentelemetry/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const spans = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')
let fleet: Fleet
let end: () => void

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())
beforeEach(() => {
  fleet = createFleet()
  spans.reset()
})
afterEach(async () => {
  end()
  await fleet.stopAll()
})

async function boot(jobs: FleetJobs): Promise<Instance> {
  const leader = await fleet.bootLeader(jobs)
  end = instrumentScheduler(leader.scheduler, { tracer, clock: fleet.clock })
  return leader
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
  const endOfAfter = instrumentScheduler(after.scheduler, { tracer })
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

it('says nothing any more once that is ended', async () => {
  const { scheduler } = await boot({ job: { schedule: null, action: () => trace.getActiveSpan() === undefined } })
  expect(await during(fleet.clock, scheduler.runJob('job'))).toBe(false)
  end()
  spans.reset()
  expect(await during(fleet.clock, scheduler.runJob('job'))).toBe(true)
  expect(spans.getFinishedSpans()).toEqual([])
})
