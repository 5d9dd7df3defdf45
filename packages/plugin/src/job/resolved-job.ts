import type { Schedule } from '@s3sched/cron'
import type { Backoff } from '@s3sched/executor'
import { callAround, type AroundAttempt } from './around-attempt.ts'
import type { CompiledSpec } from './compiled-spec.ts'
import type { JobContext } from './job-context.ts'
import type { JobDefinition } from './job-definition.ts'
import type { JobSpec } from './job-spec.ts'
import type { LocalJob } from './local-job.ts'

/** What an action is called with besides its context. */
export interface ActionHost<DB, S> {
  readonly database: () => DB
  readonly scheduler: S
  /** What is put around each attempt. */
  readonly around: readonly AroundAttempt[]
}

export const DEFAULT_BACKOFF: Backoff = 'exponential'
export const NO_FIELDS: Readonly<Record<string, unknown>> = Object.freeze({})

/** A definition that was found to be right, with the specification that it was compiled to. It is made anew when it is asked for. */
export class ResolvedJob<DB, S> implements LocalJob {
  readonly name: string
  readonly compiled: CompiledSpec
  /** As the code wrote it. */
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
    const { around, database, scheduler } = this.#host
    return callAround(around, context, () => action(database(), context, scheduler))
  }

  /** Another action and the like, while what the code says of the plain data stays. */
  changedTo({ definition }: ResolvedJob<DB, S>): ResolvedJob<DB, S> {
    return new ResolvedJob(this.name, this.compiled, definition, this.#host)
  }
}
