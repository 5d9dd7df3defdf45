import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Attributes, type Meter, metrics, type ObservableCallback, trace, type Tracer } from '@opentelemetry/api'
import type { SlotUse } from '@s3sched/executor'
import { systemClock, type Clock, type Listener } from '@s3sched/kernel'
import type { AroundAttempt } from '../definitions/around-attempt.ts'
import type { STORE_REQUEST_CHANNEL, StoreRequest } from '../diagnostics.ts'
import type { SchedulerEvents } from '../events.ts'
import { quietly } from './quietly.ts'
import { RunSpans } from './run-spans.ts'

/** The part of a scheduler that tells of its runs. Store requests carry the same object as their `scheduler`. */
export interface InstrumentedScheduler {
  /** Adds a listener. */
  on<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): unknown
  /** Takes a listener off. */
  off<E extends keyof SchedulerEvents>(event: E, listener: Listener<SchedulerEvents[E]>): unknown
  /** Wraps each attempt. @returns removes the wrapper */
  aroundAttempts(around: AroundAttempt): () => void
  /** True while this instance leads. */
  isLeader(): boolean
  /** The use of this process's slots. */
  getSlots(): SlotUse
}

/** The places of spans and metrics. */
export interface InstrumentOptions {
  /** @default the global provider's tracer '@s3sched/engine' */
  readonly tracer?: Tracer
  /** @default the global provider's meter '@s3sched/engine' */
  readonly meter?: Meter
  /** The scheduler's clock, where the scheduler has its own. @default the system's */
  readonly clock?: Clock
  /**
   * Attributes of every span and every point, such as `{ scheduler: 'billing' }`. Two schedulers of one process need
   * different ones, or meters of their own: the gauges of one would stand in the place of the other's.
   * @default none
   */
  readonly attributes?: Attributes
}

const NAME = '@s3sched/engine'
/** An import of the value would divide the build of the engine, and each import of the engine would load a file more. */
const REQUESTS: typeof STORE_REQUEST_CHANNEL = 's3sched:store-request'
/** From a lag of some ms to a run of an hour, in s. The bounds by default are meant for ms. */
const BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600]
const SECONDS = { unit: 's', advice: { explicitBucketBoundaries: BOUNDS_S } }

/**
 * Spans and metrics of a scheduler. A run is a span, each attempt a span below the run's, and spans of the action are
 * below the attempt's.
 *
 * Metrics: `s3sched.runs` (by job and status), `s3sched.run.duration`, `s3sched.run.lag`, `s3sched.runs.lost`,
 * `s3sched.ticks.missed`, `s3sched.ticks.skipped`, `s3sched.is_leader`, `s3sched.runs.waiting` (for a slot;
 * with `group`, for a place in that group),
 * `s3sched.actions.abandoned`, `s3sched.store.requests` (by operation and outcome).
 *
 * A span processor or a view that throws is reported to the `diag` of OpenTelemetry; jobs go on as without telemetry.
 * Each call instruments once more: runs of a scheduler that is instrumented twice are told twice.
 *
 * @returns ends the instrumentation, and all open spans
 */
export function instrumentScheduler(scheduler: InstrumentedScheduler, options: InstrumentOptions = {}): () => void {
  const {
    attributes = {},
    clock = systemClock,
    meter = metrics.getMeter(NAME),
    tracer = trace.getTracer(NAME),
  } = options
  const spans = new RunSpans(tracer, attributes)
  const runs = meter.createCounter('s3sched.runs', { description: 'Runs, by how they ended' })
  const duration = meter.createHistogram('s3sched.run.duration', { ...SECONDS, description: 'Of all attempts' })
  const lag = meter.createHistogram('s3sched.run.lag', { ...SECONDS, description: 'From the tick to the start' })
  const lost = meter.createCounter('s3sched.runs.lost', { description: 'Runs whose process went away' })
  const missed = meter.createCounter('s3sched.ticks.missed', { description: 'Ticks that nobody ran in time' })
  const skipped = meter.createCounter('s3sched.ticks.skipped', { description: 'Ticks whose predecessor still ran' })
  const requests = meter.createCounter('s3sched.store.requests', { description: 'Requests to the store' })
  const ends: (() => void)[] = []
  const gauge = (name: string, description: string, observe: ObservableCallback): void => {
    const made = meter.createObservableGauge(name, { description })
    made.addCallback(observe)
    ends.push(() => made.removeCallback(observe))
  }
  gauge('s3sched.is_leader', '1 while this instance leads', (result) => {
    result.observe(scheduler.isLeader() ? 1 : 0, attributes)
  })
  gauge('s3sched.runs.waiting', 'Runs that wait for a slot', (result) => {
    const { groups = {}, waiting: forSlots } = scheduler.getSlots()
    result.observe(forSlots, attributes)
    for (const [group, { waiting: forPlaces }] of Object.entries(groups)) {
      result.observe(forPlaces, { ...attributes, group })
    }
  })
  gauge('s3sched.actions.abandoned', 'Actions that go on although their timeout told them to end', (result) => {
    result.observe(scheduler.getSlots().abandoned, attributes)
  })
  const onRequest = (message: unknown): void => {
    const { operation, outcome, scheduler: source } = message as StoreRequest
    if (source === scheduler) quietly(() => requests.add(1, { ...attributes, operation, outcome }))
  }
  subscribe(REQUESTS, onRequest)
  ends.push(() => void unsubscribe(REQUESTS, onRequest))
  const on: InstrumentedScheduler['on'] = (event, listener) => {
    ends.push(() => void scheduler.off(event, listener))
    scheduler.on(event, listener)
  }
  const told = ({ jobName }: { readonly jobName: string }, more?: Attributes): Attributes => ({
    ...attributes,
    job: jobName,
    ...more,
  })
  on('jobStarted', (run) => {
    spans.begin(run)
    lag.record(Math.max(0, clock.now() - run.scheduledTime.getTime()) / 1000, told(run))
  })
  on('jobCompleted', (run) => {
    spans.end(run, 'success')
    runs.add(1, told(run, { status: 'success' }))
    duration.record(run.duration / 1000, told(run, { status: 'success' }))
  })
  on('jobFailed', (run) => {
    spans.end(run, run.status, run.error)
    runs.add(1, told(run, { status: run.status }))
    duration.record(run.duration / 1000, told(run, { status: run.status }))
  })
  on('plg:scheduler:job-retry', ({ error, runId }) => spans.giveUp(runId, error))
  on('plg:scheduler:job-released', (run) => spans.end(run, 'released'))
  on('plg:scheduler:job-lost', (run) => lost.add(1, told(run)))
  on('plg:scheduler:job-missed', (ticks) => missed.add(ticks.count, told(ticks)))
  on('plg:scheduler:job-skipped', (tick) => skipped.add(1, told(tick)))
  ends.push(scheduler.aroundAttempts((context, attempt) => spans.attempt(context, attempt)))

  return () => {
    for (const end of ends) end()
    spans.endAll()
  }
}
