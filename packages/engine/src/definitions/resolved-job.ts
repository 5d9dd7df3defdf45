import type { Schedule } from '@s3sched/cron'
import { callInContext, type Backoff, type OnHang } from '@s3sched/executor'
import { callAround, type AroundAttempt } from './around-attempt.ts'
import type { CompiledSpec } from './compiled-spec.ts'
import type { IsolatedJobs } from './isolated-jobs.ts'
import {
  type AnyAction,
  type AnyJobDefinition,
  checkContext,
  checkFields,
  type CheckIn,
  type JobContext,
  type JobSpec,
  type LocalJob,
  type OwnFields,
  type StandardSchema,
} from '@s3sched/jobs'

/** The ways of a kind of scheduler to call actions, and the wrappers of attempts. */
export interface ActionHost {
  /** The arguments and the result of an action, for messages. */
  readonly shape: string
  /** Calls an action with the arguments of its kind of scheduler. */
  readonly call: (action: AnyAction, context: JobContext) => unknown
  /** Calls actions given as files. */
  readonly isolated: Pick<IsolatedJobs, 'call' | 'settleMs'>
  /** The wrappers of every attempt. */
  readonly around: readonly AroundAttempt[]
}

export const DEFAULT_BACKOFF: Backoff = 'exponential'
export const NO_FIELDS: OwnFields = Object.freeze({})

/** A valid definition with the compiled specification; created on every access. */
export class ResolvedJob implements LocalJob {
  readonly name: string
  readonly compiled: CompiledSpec
  /** The code's definition as written. */
  readonly definition: AnyJobDefinition
  readonly #host: ActionHost

  constructor(name: string, compiled: CompiledSpec, definition: AnyJobDefinition, host: ActionHost) {
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

  get checkIn(): CheckIn | undefined {
    return this.definition.checkIn
  }

  get fields(): OwnFields {
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

  get hasSchema(): boolean {
    return this.definition.schema !== undefined
  }

  async check(fields: OwnFields): Promise<void> {
    checkFields(this.name, fields)
    const { schema } = this.definition
    if (schema !== undefined) await checkContext(this.name, schema, { ...this.fields, ...fields })
  }

  action(context: JobContext, own: OwnFields): unknown {
    const { schema } = this.definition
    const attempt = (): unknown =>
      schema === undefined ? this.#call(context) : this.#callChecked(schema, context, own)
    return callAround(this.#host.around, context, attempt)
  }

  async #callChecked(schema: StandardSchema, facts: JobContext, own: OwnFields): Promise<unknown> {
    const context = { ...(await checkContext(this.name, schema, own)), ...facts }
    // The schema may have taken its time.
    context.signal.throwIfAborted()
    return callInContext(context, () => this.#call(context))
  }

  #call(context: JobContext): unknown {
    const { action } = this.definition
    const { call, isolated } = this.#host
    return action instanceof URL ? isolated.call(action, this.definition, context) : call(action, context)
  }

  /** A job with the functions of a new definition and the current plain data. */
  changedTo({ definition }: ResolvedJob): ResolvedJob {
    return new ResolvedJob(this.name, this.compiled, definition, this.#host)
  }
}
