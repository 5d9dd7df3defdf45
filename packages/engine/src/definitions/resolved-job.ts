import type { Schedule } from '@s3sched/cron'
import { callInContext, type Backoff, type OnHang } from '@s3sched/executor'
import type { AttemptWrappers } from './around-attempt.ts'
import type { CheckedDefinition } from './alike-definitions.ts'
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
  readonly around: Pick<AttemptWrappers, 'call'>
}

export const DEFAULT_BACKOFF: Backoff = 'exponential'
export const NO_FIELDS: OwnFields = Object.freeze({})

/** A job with a valid definition; created on every access. */
export class ResolvedJob implements LocalJob {
  readonly name: string
  readonly checked: CheckedDefinition
  readonly givenAction: AnyAction | URL
  readonly #host: ActionHost

  constructor(name: string, checked: CheckedDefinition, action: AnyAction | URL, host: ActionHost) {
    this.name = name
    this.checked = checked
    this.givenAction = action
    this.#host = host
  }

  /** The code's definition as written. */
  get definition(): AnyJobDefinition {
    return { ...this.checked.fields, action: this.givenAction }
  }

  get backoff(): Backoff {
    return this.checked.fields.backoff ?? DEFAULT_BACKOFF
  }

  get graceMs(): number | undefined {
    return this.givenAction instanceof URL ? this.#host.isolated.settleMs : undefined
  }

  get onHang(): OnHang {
    return this.checked.fields.onHang ?? 'continue'
  }

  get checkIn(): CheckIn | undefined {
    return this.checked.fields.checkIn
  }

  get fields(): OwnFields {
    return this.checked.fields.context ?? NO_FIELDS
  }

  get spec(): JobSpec {
    return this.checked.compiled.spec
  }

  get hash(): string {
    return this.checked.compiled.hash
  }

  get schedule(): Schedule | null {
    return this.checked.compiled.schedule
  }

  get hasSchema(): boolean {
    return this.checked.fields.schema !== undefined
  }

  async check(fields: OwnFields): Promise<void> {
    checkFields(this.name, fields)
    const { schema } = this.checked.fields
    if (schema !== undefined) await checkContext(this.name, schema, { ...this.fields, ...fields })
  }

  action(context: JobContext, own: OwnFields): unknown {
    const { schema } = this.checked.fields
    const attempt = (): unknown =>
      schema === undefined ? this.#call(context) : this.#callChecked(schema, context, own)
    return this.#host.around.call(context, attempt)
  }

  async #callChecked(schema: StandardSchema, facts: JobContext, own: OwnFields): Promise<unknown> {
    const context = { ...(await checkContext(this.name, schema, own)), ...facts }
    // The schema may have taken its time.
    context.signal.throwIfAborted()
    return callInContext(context, () => this.#call(context))
  }

  #call(context: JobContext): unknown {
    const action = this.givenAction
    const { call, isolated } = this.#host
    return action instanceof URL ? isolated.call(action, this.checked.fields, context) : call(action, context)
  }

  /** The job with further functions, and the plain data of before. @param changes - of a definition that was checked */
  changedBy({ action = this.givenAction, ...fields }: Partial<AnyJobDefinition>): ResolvedJob {
    const { checked } = this
    const changed = { compiled: checked.compiled, fields: { ...checked.fields, ...fields } }
    return new ResolvedJob(this.name, changed, action, this.#host)
  }
}
