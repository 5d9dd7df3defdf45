import { diag, DiagConsoleLogger, SpanStatusCode } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { contextOf, runOf } from '../../test/told-runs.ts'
import { RunSpans } from './run-spans.ts'

const exporter = new InMemorySpanExporter()
const run = runOf('job')
let processor: SimpleSpanProcessor
let spans: RunSpans

beforeEach(() => {
  exporter.reset()
  processor = new SimpleSpanProcessor(exporter)
  spans = new RunSpans(new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test'), { of: 'test' })
})
afterEach(() => diag.disable())

const ended = (): string[] => exporter.getFinishedSpans().map(({ name }) => name)

it('puts the attempts of a run below the span of the run', async () => {
  spans.begin(run)
  await expect(spans.attempt(contextOf(run), () => Promise.reject(new Error('once')))).rejects.toThrow('once')
  expect(await spans.attempt(contextOf(run, 2), () => 'done')).toBe('done')
  spans.end(run, 'success')
  const [failed, second, whole] = exporter.getFinishedSpans()
  expect(ended()).toEqual(['attempt job', 'attempt job', 'run job'])
  expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'once' })
  expect(second?.attributes).toEqual({
    of: 'test',
    's3sched.job': 'job',
    's3sched.run_id': 'job-1',
    's3sched.attempt': 2,
  })
  expect(second?.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId)
  expect(whole?.attributes).toMatchObject({
    's3sched.scheduled_time': '1970-01-01T00:00:00.000Z',
    's3sched.trigger': 'schedule',
    's3sched.status': 'success',
    's3sched.worker_id': 'a',
    's3sched.epoch': 1,
  })
})

it.each([
  ['a thrown value that is no error', 'bad', '_OTHER', 'bad'],
  ['an error with a code', Object.assign(new Error('late'), { code: 'TIMEOUT' }), 'TIMEOUT', 'late'],
  ['an error without', new TypeError('no'), 'TypeError', 'no'],
])('tells the kind of %s', async (_, thrown, type, message) => {
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a value that is no error is one of the cases
  await Promise.resolve(spans.attempt(contextOf(run), () => Promise.reject(thrown))).catch(() => undefined)
  const [attempt] = exporter.getFinishedSpans()
  expect(attempt?.status).toEqual({ code: SpanStatusCode.ERROR, message })
  expect(attempt?.attributes['error.type']).toBe(type)
})

it('begins the span of a run with a later attempt, where another instance began the run', async () => {
  await spans.attempt(contextOf(run, 3), () => undefined)
  spans.end(run, 'success')
  expect(ended()).toEqual(['attempt job', 'run job'])
})

it('ends an attempt that was given up once, whatever its action does later', async () => {
  let finish: (() => void) | undefined
  spans.begin(run)
  const deaf = spans.attempt(contextOf(run), () => new Promise<void>((resolve) => (finish = resolve)))
  spans.giveUp(run.runId, new Error('too late'))
  expect(ended()).toEqual(['attempt job'])
  finish?.()
  await deaf
  expect(ended()).toEqual(['attempt job'])
})

it('ends all open spans, and tells no outcome of theirs', () => {
  spans.begin(run)
  void spans.attempt(contextOf(run), () => new Promise(() => undefined))
  spans.endAll()
  spans.end(run, 'success')
  expect(ended()).toEqual(['attempt job', 'run job'])
  expect(exporter.getFinishedSpans().map(({ status }) => status.code)).toEqual([
    SpanStatusCode.UNSET,
    SpanStatusCode.UNSET,
  ])
})

it.each(['onStart', 'onEnd'] as const)(
  'calls an action once although the %s of a span processor throws',
  async (method) => {
    const complaints: string[] = []
    diag.setLogger(Object.assign(new DiagConsoleLogger(), { error: (message: string) => complaints.push(message) }))
    processor[method] = () => {
      throw new Error('the exporter is away')
    }
    let calls = 0
    spans.begin(run)
    expect(await spans.attempt(contextOf(run), () => ++calls)).toBe(1)
    spans.end(run, 'success')
    expect(calls).toBe(1)
    expect(complaints).toContain('s3sched: the telemetry threw')
  },
)
