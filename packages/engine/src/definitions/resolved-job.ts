import type { Schedule } from '@s3sched/cron'
import type { Backoff, OnHang } from '@s3sched/executor'
import { callAround, type AroundAttempt } from './around-attempt.ts'
import type { CompiledSpec } from './compiled-spec.ts'
import type { IsolatedActions } from './isolated-actions.ts'
import type { JobContext, JobDefinition, JobSpec, LocalJob } from '@s3sched/jobs'

/** The arguments of an action besides its context, and the wrappers of attempts. */
export interface ActionHost<DB, S> {
  readonly database: () => DB
  readonly scheduler: S
  readonly isolated: IsolatedActions
  /** The wrappers of every attempt. */
  readonly around: readonly AroundAttempt[]
}

export const DEFAULT_BACKOFF: Backoff = 'exponential'
export const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({})

/** A valid definition with the compiled specification; created on every access. */
export class ResolvedJob<DB, S> implements LocalJob {
  readonly name: string
  readonly compiled: CompiledSpec
  /** The code's definition as written. */
  readonly definition: JobDefinition<DB, S>
  readonly #host: ActionHost<DB, S>

  constructor(name: string, compiled: CompiledSpec, definition: JobDefinition<DB, S>, host: ActionHost<DB, S>) {
    this.name = name
    this.compiled = compiled
    this.definition = definition
    this.#host = host
  }

  get backoff(): Backoff {
    return this.definition.backoff ?? DEFAULT_BACKOFF
  }

  get graceMs(): number | undefined {
    return this.definition.action instanceof URL ? this.#host.isolated.settleMs : undefined
  }

  get onHang(): OnHang {
    return this.definition.onHang ?? 'continue'
  }

  get fields(): Readonly<Record<string, unknown>> {
    return this.definition.context ?? NO_FIELDS
  }

  get spec(): JobSpec {
    return this.compiled.spec
  }

  get hash(): string {
    return this.compiled.hash
  }

  get schedule(): Schedule | null {
    return this.compiled.schedule
  }

  action(context: JobContext): unknown {
    const { action } = this.definition
    const { around, database, isolated, scheduler } = this.#host
    const attempt = (): unknown =>
      action instanceof URL ? isolated.call(action, this.definition, context) : action(database(), context, scheduler)
    return callAround(around, context, attempt)
  }

  /** A job with the functions of a new definition and the current plain data. */
  changedTo({ definition }: ResolvedJob<DB, S>): ResolvedJob<DB, S> {
    return new ResolvedJob(this.name, this.compiled, definition, this.#host)
  }
}
