import { context, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api'
import type { RunEvent } from '@s3sched/engine'
import type { JobContext } from '@s3sched/jobs'

/** The spans of the runs in this process. */
export class RunSpans {
  readonly #tracer: Tracer
  readonly #open = new Map<string, Span>()

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  begin({ epoch, jobName, runId, scheduledTime, trigger, workerId }: RunEvent): void {
    this.#begin(runId, jobName, {
      's3sched.scheduled_time': scheduledTime.toISOString(),
      's3sched.trigger': trigger,
      's3sched.worker_id': workerId,
      ...(epoch === undefined ? {} : { 's3sched.epoch': epoch }),
    })
  }

  end({ runId }: RunEvent, status: string, error?: unknown): void {
    const span = this.#open.get(runId)
    if (span === undefined) return
    this.#open.delete(runId)
    span.setAttribute('s3sched.status', status)
    if (status !== 'success') fail(span, error)
    span.end()
  }

  /** Runs one attempt in a span of its own, which is the active span meanwhile. */
  attempt(run: JobContext, attempt: () => unknown): unknown {
    // A run that another instance began continues here with a later attempt; its span begins here.
    const parent = this.#open.get(run.runId) ?? this.#begin(run.runId, run.jobName, {})
    const attributes = { 's3sched.job': run.jobName, 's3sched.run_id': run.runId, 's3sched.attempt': run.attempt }
    const below = trace.setSpan(context.active(), parent)
    return this.#tracer.startActiveSpan(`attempt ${run.jobName}`, { attributes }, below, async (span) => {
      try {
        return await attempt()
      } catch (error) {
        fail(span, error)
        throw error
      } finally {
        span.end()
      }
    })
  }

  /** Ends all open spans; the outcomes of their runs are not known here. */
  endAll(): void {
    for (const span of this.#open.values()) span.end()
    this.#open.clear()
  }

  #begin(runId: string, jobName: string, attributes: Readonly<Record<string, string | number>>): Span {
    const all = { 's3sched.job': jobName, 's3sched.run_id': runId, ...attributes }
    const span = this.#tracer.startSpan(`run ${jobName}`, { kind: SpanKind.CONSUMER, root: true, attributes: all })
    this.#open.set(runId, span)
    return span
  }
}

function fail(span: Span, error: unknown): void {
  if (error instanceof Error) span.recordException(error)
  span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) })
}
