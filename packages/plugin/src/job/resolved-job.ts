import type { Schedule } from '@s3sched/cron'
import type { Backoff } from '@s3sched/executor'
import { callAround, type AroundAttempt } from './around-attempt.ts'
import type { CompiledSpec } from './compiled-spec.ts'
import type { JobContext } from './job-context.ts'
import type { JobAction, JobDefinition } from './job-definition.ts'
import type { JobSpec } from './job-spec.ts'
import type { LocalJob } from './local-job.ts'

/** What an action is called with besides its context. */
export interface ActionHost<DB, S> {
  readonly database: () => DB
  readonly scheduler: S
  /** What is put around each attempt. */
  readonly around: readonly AroundAttempt[]
}

/** One of very many: what can be shared with others is, and what can be found out is not kept. */
export class ResolvedJob<DB, S> implements LocalJob {
  readonly name: string
  readonly backoff: Backoff
  readonly fields: Readonly<Record<string, unknown>>
  /** As the code wrote it. */
  readonly definition: JobDefinition<DB, S>
  readonly #compiled: CompiledSpec
  readonly #action: JobAction<DB, S>
  readonly #host: ActionHost<DB, S>

  constructor(
    name: string,
    compiled: CompiledSpec,
    definition: JobDefinition<DB, S>,
    { backoff, context }: { readonly backoff: Backoff; readonly context: Readonly<Record<string, unknown>> },
    host: ActionHost<DB, S>,
  ) {
    this.name = name
    this.backoff = backoff
    this.fields = context
    this.definition = definition
    this.#compiled = compiled
    this.#action = definition.action
    this.#host = host
  }

  get spec(): JobSpec {
    return this.#compiled.spec
  }

  get hash(): string {
    return this.#compiled.hash
  }

  get schedule(): Schedule | null {
    return this.#compiled.schedule
  }

  action(context: JobContext): unknown {
    const action = this.#action
    const { around, database, scheduler } = this.#host
    return callAround(around, context, () => action(database(), context, scheduler))
  }

  /** Another action and the like, while what the code says of the plain data stays. */
  changedTo({ backoff, definition, fields }: ResolvedJob<DB, S>): ResolvedJob<DB, S> {
    return new ResolvedJob(this.name, this.#compiled, definition, { backoff, context: fields }, this.#host)
  }
}
