import {
  type Attributes,
  context,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import type { JobContext } from '@s3sched/jobs'
import { messageOf } from '@s3sched/kernel'
import type { RunEvent } from '../events.ts'
import { quietly } from './quietly.ts'

interface OpenRun {
  readonly span: Span
  /** Its baggage and other values hold in the action. */
  readonly base: Context
  /** The attempt under way. */
  attempt?: Span | undefined
}

/** The spans of the runs in this process. */
export class RunSpans {
  readonly #tracer: Tracer
  readonly #attributes: Attributes
  readonly #open = new Map<string, OpenRun>()

  /** @param attributes - of every span */
  constructor(tracer: Tracer, attributes: Attributes) {
    this.#tracer = tracer
    this.#attributes = attributes
  }

  /**
   * A run by hand begins in the context of its caller, and has a link to the caller's span. Any other run would have the
   * context in which somebody once started the scheduler, such as a request that ended long ago.
   */
  begin({ epoch, jobName, runId, scheduledTime, trigger, workerId }: RunEvent): void {
    this.#begin(trigger === 'manual' ? context.active() : ROOT_CONTEXT, runId, jobName, {
      's3sched.scheduled_time': scheduledTime.toISOString(),
      's3sched.trigger': trigger,
      's3sched.worker_id': workerId,
      ...(epoch === undefined ? {} : { 's3sched.epoch': epoch }),
    })
  }

  /** @param error - of a run without success; a released run has none, since another instance goes on with the run */
  end({ runId }: Pick<RunEvent, 'runId'>, status: string, error?: Error): void {
    const open = this.#open.get(runId)
    if (open === undefined) return
    this.giveUp(runId, error)
    this.#open.delete(runId)
    quietly(() => open.span.setAttribute('s3sched.status', status))
    if (error !== undefined) fail(open.span, error)
    quietly(() => open.span.end())
  }

  /** Runs one attempt in a span of its own, which is the active span meanwhile. */
  attempt(run: JobContext, attempt: () => unknown): unknown {
    // A run that another instance began continues here with a later attempt; its span begins here.
    const open = this.#open.get(run.runId) ?? this.#begin(ROOT_CONTEXT, run.runId, run.jobName, {})
    if (open === undefined) return attempt()
    const attributes = { ...this.#of(run.jobName, run.runId), 's3sched.attempt': run.attempt }
    const span = quietly(() =>
      this.#tracer.startSpan(`attempt ${run.jobName}`, { attributes }, trace.setSpan(open.base, open.span)),
    )
    if (span === undefined) return attempt()
    open.attempt = span
    // False once the attempt was given up.
    const isOver = (): boolean => {
      if (open.attempt !== span) return false
      open.attempt = undefined
      return true
    }
    return context.with(trace.setSpan(open.base, span), async () => {
      try {
        const value = await attempt()
        if (isOver()) quietly(() => span.end())
        return value
      } catch (error) {
        if (isOver()) endAsFailed(span, error)
        throw error
      }
    })
  }

  /** The attempt under way, if there is one, has failed without its action: the action ignores its signal. */
  giveUp(runId: string, error: unknown): void {
    const open = this.#open.get(runId)
    const attempt = open?.attempt
    if (open === undefined || attempt === undefined) return
    open.attempt = undefined
    endAsFailed(attempt, error)
  }

  /** Ends all open spans; the outcomes of their runs are not known here. */
  endAll(): void {
    for (const { attempt, span } of this.#open.values()) {
      quietly(() => attempt?.end())
      quietly(() => span.end())
    }
    this.#open.clear()
  }

  #begin(base: Context, runId: string, jobName: string, own: Attributes): OpenRun | undefined {
    const caller = trace.getSpanContext(base)
    const options = {
      kind: SpanKind.CONSUMER,
      root: true,
      attributes: { ...this.#of(jobName, runId), ...own },
      links: caller === undefined ? [] : [{ context: caller }],
    }
    const span = quietly(() => this.#tracer.startSpan(`run ${jobName}`, options, base))
    if (span === undefined) return undefined
    const open: OpenRun = { span, base }
    this.#open.set(runId, open)
    return open
  }

  #of(jobName: string, runId: string): Attributes {
    return { ...this.#attributes, 's3sched.job': jobName, 's3sched.run_id': runId }
  }
}

function endAsFailed(span: Span, error: unknown): void {
  fail(span, error)
  quietly(() => span.end())
}

/** As the semantic conventions say: the status, `error.type` and an event. Fields of an error may throw. */
function fail(span: Span, error: unknown): void {
  quietly(() => {
    const message = messageOf(error)
    span.setStatus({ code: SpanStatusCode.ERROR, message })
    span.setAttribute('error.type', typeOf(error))
    span.recordException(error instanceof Error ? error : message)
  })
}

function typeOf(error: unknown): string {
  const { code, name } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return typeof code === 'string' ? code : (name ?? '_OTHER')
}
